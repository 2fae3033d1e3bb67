package dev.chainrule.text.serving;

import dev.chainrule.text.model.SlotDecoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who has which slot of a decoder. A text that has ended stays in its slot, to be used again by one
 * that begins alike, until others need the place: the one not used for longest goes first.
 */
final class SlotTable {
  private final SlotDecoder decoder;
  private final ServiceConfig config;
  private final @Nullable Sequence[] users;

  /** Tokens of texts that have ended, as many as the decoder has of each. */
  private final int[][] kept;

  private final long[] lastUse;
  private long clock;
  private int running;

  SlotTable(SlotDecoder decoder, ServiceConfig config) {
    this.decoder = decoder;
    this.config = config;
    users = new Sequence[decoder.slots()];
    kept = new int[decoder.slots()][0];
    lastUse = new long[decoder.slots()];
  }

  /** Texts under way. */
  int running() {
    return running;
  }

  /** Whether another text can be under way. */
  boolean hasRoom() {
    return running < config.slots();
  }

  /** The texts under way, by slot. */
  List<Sequence> users() {
    List<Sequence> all = new ArrayList<>();
    for (Sequence user : users) {
      if (user != null) {
        all.add(user);
      }
    }
    return all;
  }

  int keptTexts() {
    int texts = 0;
    for (int slot = 0; slot < users.length; slot++) {
      texts += isKept(slot) ? 1 : 0;
    }
    return texts;
  }

  long keptTokens() {
    long tokens = 0;
    for (int slot = 0; slot < users.length; slot++) {
      tokens += isKept(slot) ? decoder.position(slot) : 0;
    }
    return tokens;
  }

  /** Bytes that their keys and values take, with those that they share with others. */
  long keptBytes() {
    return keptTokens() * decoder.tokenBytes();
  }

  private boolean isKept(int slot) {
    return users[slot] == null && decoder.position(slot) > 0;
  }

  /** How many of the first tokens of a text need not be computed, since a slot has them. */
  private int usable(Sequence sequence, int slot) {
    int most = Math.min(common(sequence, slot), decoder.position(slot));
    return most < decoder.earliest(slot) ? 0 : most;
  }

  /**
   * How many tokens a slot has, or will have, that are those of a text; the last one of a prompt is
   * read in any case, as what follows it is asked for.
   */
  private int common(Sequence sequence, int slot) {
    Sequence user = users[slot];
    int most = sequence.given() - 1;
    if (user == null) {
      return Math.min(most, sequence.common(kept[slot], kept[slot].length));
    }
    boolean shares = config.keptBytes() > 0 || user.ticket == sequence.ticket;
    return shares ? Math.min(most, user.common(sequence)) : 0;
  }

  private int bestSource(Sequence sequence) {
    int best = -1;
    int most = 0;
    for (int slot = 0; slot < users.length; slot++) {
      int usable = usable(sequence, slot);
      boolean cheaper = usable == most && usable > 0 && users[slot] == null && users[best] != null;
      if (usable > most || cheaper) {
        best = slot;
        most = usable;
      }
    }
    return best;
  }

  /** Whether another text is about to read more of a text's prompt than there is now. */
  boolean shouldWait(Sequence sequence) {
    int source = bestSource(sequence);
    int now = source < 0 ? 0 : usable(sequence, source);
    for (int slot = 0; slot < users.length; slot++) {
      int soon = common(sequence, slot);
      Sequence user = users[slot];
      boolean reads = user != null && decoder.position(slot) < soon && soon < user.given();
      if (reads && soon > now) {
        return true;
      }
    }
    return false;
  }

  /** Gives a text a slot that holds as much of its prompt as any does. */
  void take(Sequence sequence) {
    int source = bestSource(sequence);
    int usable = source < 0 ? 0 : usable(sequence, source);
    int slot = source;
    if (source < 0) {
      slot = free(-1);
      decoder.truncate(slot, 0);
    } else {
      boolean whole = users[source] == null && decoder.position(source) <= usable + 1;
      int other = whole ? -1 : free(source);
      if (other >= 0) {
        decoder.fork(source, other);
        slot = other;
        lastUse[source] = clock++;
      }
      decoder.truncate(slot, usable);
    }
    users[slot] = sequence;
    kept[slot] = new int[0];
    sequence.slot = slot;
    sequence.reused = usable;
    running++;
    forgetSome();
  }

  /** The slot without a user that is empty, or was used last longest ago; -1 if there is none. */
  private int free(int butNot) {
    int best = -1;
    for (int slot = 0; slot < users.length; slot++) {
      if (users[slot] == null && slot != butNot) {
        if (decoder.position(slot) == 0) {
          return slot;
        }
        best = best < 0 || lastUse[slot] < lastUse[best] ? slot : best;
      }
    }
    return best;
  }

  /** Takes the slot of a text that has ended; what was read stays. */
  void release(Sequence sequence) {
    int slot = sequence.slot;
    users[slot] = null;
    running--;
    kept[slot] = sequence.tokens(0, decoder.position(slot));
    lastUse[slot] = clock++;
    sequence.slot = Sequence.NO_SLOT;
    forgetSome();
  }

  /** The slots of ended texts that can be written, the one not used for longest first. */
  List<Integer> written() {
    List<Integer> slots = new ArrayList<>();
    for (int slot = 0; slot < users.length; slot++) {
      // Of a text of which a layer has let go a part nothing could be made.
      if (isKept(slot) && decoder.earliest(slot) <= 1) {
        slots.add(slot);
      }
    }
    slots.sort(Comparator.comparingLong(slot -> lastUse[slot]));
    return slots;
  }

  /** The tokens of an ended text. */
  int[] kept(int slot) {
    return kept[slot].clone();
  }

  /** A slot for an ended text that comes from elsewhere. */
  int empty() {
    int slot = free(-1);
    forget(slot);
    return slot;
  }

  /** An ended text is now in a slot. */
  void adopt(int slot, int[] tokens) {
    kept[slot] = tokens;
    lastUse[slot] = clock++;
    forgetSome();
  }

  private void forgetSome() {
    while (keptTexts() > config.keptTexts() || keptBytes() > config.keptBytes()) {
      int oldest = -1;
      for (int slot = 0; slot < users.length; slot++) {
        if (isKept(slot) && (oldest < 0 || lastUse[slot] < lastUse[oldest])) {
          oldest = slot;
        }
      }
      forget(oldest);
    }
  }

  /** Forgets all texts that have ended: after a failure nobody knows what the slots hold. */
  void forgetAll() {
    for (int slot = 0; slot < users.length; slot++) {
      if (users[slot] == null) {
        forget(slot);
      }
    }
  }

  private void forget(int slot) {
    decoder.truncate(slot, 0);
    kept[slot] = new int[0];
  }
}

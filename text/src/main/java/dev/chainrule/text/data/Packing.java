package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * Writes documents as tokens, one after the other. Where the vocabulary has a token that ends a
 * text, one stands after each, and before the first; before each what the model expects at the
 * beginning of a text, if anything. Where there is none that ends a text, a document that does not
 * end with a line end gets one. Around conversations that are written with control tokens stands
 * nothing else. A conversation is written in tokens as one text, as who asks the model has it.
 */
public final class Packing {
  private final Tokenizer tokenizer;
  private final Markers markers;
  private final ChatFormat chat;
  private final FillInTheMiddle middle;
  private int[] ids = new int[1024];
  private int size;
  private BitSet given = new BitSet();

  /**
   * For a vocabulary.
   *
   * @param markers which of the vocabulary's are used
   * @throws InputException if middles are to be moved, and the vocabulary has no tokens for that
   */
  public Packing(Tokenizer tokenizer, Markers markers, ChatFormat chat, FillInTheMiddle middle) {
    if (middle.rate() > 0 && !markers.fillInTheMiddle()) {
      throw new InputException(
          "the vocabulary has no tokens for a prefix, a suffix and a middle, expected some for"
              + " fill-in-the-middle");
    }
    this.tokenizer = tokenizer;
    this.markers = markers;
    this.chat = chat;
    this.middle = middle;
  }

  /** A piece of a document. */
  private record Part(String text, boolean learnt) {}

  /**
   * Documents as tokens.
   *
   * @throws InputException if one cannot be written in the vocabulary; the sentence names it
   */
  public PackedTokens pack(List<Document> documents) {
    size = 0;
    given = new BitSet();
    for (Document document : documents) {
      try {
        begin(document);
        add(document);
      } catch (InputException e) {
        throw new InputException("%s: %s".formatted(document.origin(), e.getMessage()), e);
      }
    }
    TokenSequence tokens = TokenSequence.of(Arrays.copyOf(ids, size));
    // The first token is never predicted.
    if (given.length() < 2) {
      return PackedTokens.of(tokens).begunBy(tokenizer);
    }
    BitSet learnt = (BitSet) given.clone();
    learnt.flip(0, size);
    return new PackedTokens(tokens, PackedTokens.bits(learnt, size), OptionalInt.empty())
        .begunBy(tokenizer);
  }

  private void begin(Document document) {
    if (isMarked(document)) {
      return;
    }
    int[] before = tokenizer.specials().begun();
    boolean ended = size > 0 && markers.end().equals(OptionalInt.of(ids[size - 1]));
    if (before.length > 0) {
      add(false, before);
    } else if (!ended) {
      add(markers.end(), false);
    }
  }

  private boolean isMarked(Document document) {
    return document instanceof Document.Chat && chat.marked();
  }

  private void add(Document document) {
    if (isMarked(document)) {
      addTogether(parts(document, chat));
      return;
    }
    if (document instanceof Document.Text text && middle.cuts(text.text())) {
      addCut(middle.cut(text.text()));
    } else {
      List<Part> parts = parts(document, chat);
      boolean endsLine = parts.getLast().text().endsWith("\n");
      if (document instanceof Document.Chat) {
        addTogether(parts);
      } else {
        parts.forEach(this::add);
      }
      if (markers.end().isEmpty() && !endsLine) {
        add(new Part("\n", true));
      }
    }
    add(markers.end(), true);
  }

  /** Parts of one text: a token in which a part that is learnt has a share is learnt. */
  private void addTogether(List<Part> parts) {
    StringBuilder all = new StringBuilder();
    parts.forEach(part -> all.append(part.text()));
    String text = all.toString();
    int[] whole = encodeChat(text);
    int at = 0;
    int done = 0;
    for (Part part : parts) {
      at += part.text().length();
      int end = at == text.length() ? whole.length : tokensBefore(text, at, whole, part.learnt());
      add(part.learnt(), Arrays.copyOfRange(whole, done, Math.max(done, end)));
      done = Math.max(done, end);
    }
  }

  private int[] encodeChat(String text) {
    return chat.marked() ? tokenizer.encodeMarked(text) : tokenizer.encode(text);
  }

  /**
   * How many tokens of a text lie before a place in it.
   *
   * @param across whether the token that goes on beyond the place is one of them
   */
  private int tokensBefore(String text, int place, int[] whole, boolean across) {
    int[] begun = encodeChat(text.substring(0, place));
    int same = 0;
    while (same < begun.length && same < whole.length && begun[same] == whole[same]) {
      same++;
    }
    // What follows may have changed how the end before it is written: then lengths tell.
    int left = 0;
    for (int i = same; i < begun.length; i++) {
      left += length(begun[i]);
    }
    int count = same;
    while (left > 0 && count < whole.length && length(whole[count]) <= left) {
      left -= length(whole[count++]);
    }
    return left > 0 && across && count < whole.length ? count + 1 : count;
  }

  /** Bytes of text that a token stands for; of a control token those of its spelling. */
  private int length(int id) {
    return tokenizer.isControl(id)
        ? tokenizer.piece(id).getBytes(StandardCharsets.UTF_8).length
        : tokenizer.bytesOf(id).length;
  }

  private void addCut(FillInTheMiddle.Cut cut) {
    add(markers.prefix(), true);
    if (!cut.suffixFirst()) {
      add(new Part(cut.prefix(), true));
    }
    add(markers.suffix(), true);
    add(new Part(cut.suffix(), true));
    add(markers.middle(), true);
    if (cut.suffixFirst()) {
      add(new Part(cut.prefix(), true));
    }
    add(new Part(cut.middle(), true));
  }

  private void add(OptionalInt marker, boolean learnt) {
    marker.ifPresent(id -> add(learnt, id));
  }

  private void add(Part part) {
    add(part.learnt(), tokenizer.encode(part.text()));
  }

  private void add(boolean learnt, int... more) {
    if (size + more.length > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(Math.addExact(size, more.length), ids.length * 3 / 2));
    }
    System.arraycopy(more, 0, ids, size, more.length);
    if (!learnt) {
      given.set(size, size + more.length);
    }
    size += more.length;
  }

  private static List<Part> parts(Document document, ChatFormat chat) {
    return switch (document) {
      case Document.Text text -> List.of(new Part(text.text(), true));
      case Document.Answered answered ->
          List.of(new Part(answered.prompt(), false), new Part(answered.answer(), true));
      case Document.Chat messages -> parts(messages, chat);
    };
  }

  /** What the assistant says, between what it is given. */
  private static List<Part> parts(Document.Chat document, ChatFormat chat) {
    List<Document.Message> messages = document.messages();
    List<Part> parts = new ArrayList<>();
    String done = "";
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).role().equals(Document.Message.ASSISTANT)) {
        String asked = chat.write(messages.subList(0, i), true);
        String answered = chat.write(messages.subList(0, i + 1), false);
        if (!asked.startsWith(done) || !answered.startsWith(asked)) {
          throw new InputException(
              "message %d changes how those before it are written, expected a form of conversations that only goes on"
                  .formatted(i + 1));
        }
        parts.add(new Part(asked.substring(done.length()), false));
        parts.add(new Part(answered.substring(asked.length()), true));
        done = answered;
      }
    }
    return parts;
  }

  /** All that a document says, as characters. */
  static String content(Document document) {
    if (document instanceof Document.Text text) {
      return text.text();
    }
    StringBuilder content = new StringBuilder();
    parts(document, ChatFormat.PLAIN).forEach(part -> content.append(part.text()));
    return content.toString();
  }
}

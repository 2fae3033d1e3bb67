package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Steps of a {@link Network}: a position becomes another by a byte. Positions are made when they
 * are first met and kept, so that text of a kind that was seen before costs a look-up a byte; when
 * there are too many all are forgotten. Used by one thread at a time.
 */
final class Automaton {
  private static final int MOST_PLACES = 10_000;

  /** Of all positions that are kept. */
  private static final long MOST_BYTES = 16L << 20;

  /** Of a position without places, its own and the map's. */
  private static final int POSITION_BYTES = 120;

  /** Of a place: its state, and its frame with a share of the frame itself. */
  private static final int PLACE_BYTES = 16;

  private final String origin;
  private final Network network;
  private final int[] classes;
  private final int numClasses;
  private final Map<Position, Position> kept = new HashMap<>();
  private final Position start;
  private long keptBytes;

  /** Each time that all is forgotten another: positions of earlier ones forget as they are met. */
  private int generation;

  private long work;
  private long mostWork = Long.MAX_VALUE;

  /** A state with what lies beneath it, while the places of a position are looked for. */
  private record Place(int state, @Nullable Frame frame) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Place that && state == that.state && Frame.same(frame, that.frame);
    }

    @Override
    public int hashCode() {
      return 31 * state + Frame.hash(frame);
    }
  }

  Automaton(String origin, Network network) {
    this.origin = origin;
    this.network = network;
    classes = network.byteClasses();
    numClasses = classes[255] + 1;
    start = after(network.starts()[network.root()]);
  }

  Network network() {
    return network;
  }

  /** Before any text. */
  Position start() {
    return start;
  }

  /** Begins to count places that are looked at, of which there may be so many. */
  void begin(long most) {
    work = 0;
    mostWork = most;
  }

  /** Places that were looked at since. */
  long work() {
    return work;
  }

  /** About what positions take of memory. */
  long bytes() {
    return keptBytes;
  }

  /** The class of a byte. */
  int classOf(int b) {
    return classes[b];
  }

  /** In a state beneath which there is something that is not known. */
  Position after(int state) {
    return closed(List.of(new Place(state, null)));
  }

  /** After one more byte of a class; {@link Position#DEAD} if none may come. */
  Position step(Position from, int byteClass) {
    @Nullable Position @Nullable [] next = from.next;
    if (next == null || from.generation != generation) {
      if (from.isDead()) {
        return from;
      }
      next = new Position[numClasses];
      from.next = next;
      from.generation = generation;
      keptBytes += 4L * numClasses;
    }
    Position to = next[byteClass];
    if (to == null) {
      to = computed(from, byteClass);
      next[byteClass] = to;
    }
    return to;
  }

  private Position computed(Position from, int byteClass) {
    List<Place> places = new ArrayList<>();
    work += from.states.length;
    for (int i = 0; i < from.states.length; i++) {
      int state = from.states[i];
      int shift = shift(state);
      int[] bytes = network.states()[state - shift].bytes();
      for (int e = 0; e < bytes.length; e += 3) {
        if (classes[bytes[e]] <= byteClass && byteClass <= classes[bytes[e + 1]]) {
          places.add(new Place(bytes[e + 2] + shift, from.frames[i]));
        }
      }
    }
    return places.isEmpty() ? Position.DEAD : closed(places);
  }

  /** How far a state's number is from that of the state that is kept for it. */
  private int shift(int state) {
    if (!network.isInLoop(state)) {
      return 0;
    }
    Network.Loop loop = network.loop(state);
    return loop.base() - loop.first() + loop.round(state) * loop.width();
  }

  /** With all that is reached by nothing; of that, what reads bytes is kept. */
  private Position closed(List<Place> places) {
    Set<Place> met = new HashSet<>();
    List<Place> open = new ArrayList<>();
    places.forEach(place -> add(place.state(), place.frame(), met, open));
    List<Place> reading = new ArrayList<>();
    boolean ends = false;
    for (int i = 0; i < open.size(); i++) {
      if (open.size() > MOST_PLACES) {
        throw new InputException(
            "%s: may be read in more than %d ways at once, expected something less ambiguous"
                .formatted(origin, MOST_PLACES));
      }
      Place place = open.get(i);
      int shift = shift(place.state());
      if (network.isInLoop(place.state()) && leaves(place, met, open)) {
        continue;
      }
      Network.State state = network.states()[place.state() - shift];
      if (state.accepts()) {
        Frame frame = place.frame();
        if (frame == null) {
          ends = true;
        } else {
          add(frame.back(), frame.below(), met, open);
        }
      }
      for (int target : state.empties()) {
        add(target + shift, place.frame(), met, open);
      }
      for (int c = 0; c < state.calls().length; c += 2) {
        call(state.calls()[c], state.calls()[c + 1] + shift, place.frame(), met, open);
      }
      if (state.bytes().length > 0) {
        reading.add(place);
      }
    }
    work += open.size();
    if (work > mostWork) {
      throw new InputException(
          "%s: takes more than %d steps for a token, expected something less ambiguous"
              .formatted(origin, mostWork));
    }
    return kept(reading, ends);
  }

  /** Leaves a loop where a round begins and enough are over; true if no other may follow. */
  private boolean leaves(Place place, Set<Place> met, List<Place> open) {
    Network.Loop loop = network.loop(place.state());
    int round = loop.round(place.state());
    if (place.state() != loop.base() + round * loop.width()) {
      return false;
    }
    if (round >= loop.min()) {
      add(loop.exit(), place.frame(), met, open);
    }
    return round == loop.max();
  }

  private void call(int rule, int back, @Nullable Frame below, Set<Place> met, List<Place> open) {
    // Nothing is to be done after it: what lies beneath is where it ends to.
    boolean last = !network.isInLoop(back) && network.states()[back].onlyAccepts();
    add(network.starts()[rule], last ? below : new Frame(back, below), met, open);
  }

  private static void add(int state, @Nullable Frame frame, Set<Place> met, List<Place> open) {
    Place place = new Place(state, frame);
    if (met.add(place)) {
      open.add(place);
    }
  }

  private Position kept(List<Place> places, boolean ends) {
    int n = places.size();
    if (n == 0 && !ends) {
      return Position.DEAD;
    }
    int[] states = new int[n];
    @Nullable Frame[] frames = new @Nullable Frame[n];
    for (int i = 0; i < n; i++) {
      states[i] = places.get(i).state();
      frames[i] = places.get(i).frame();
    }
    Position position = new Position(states, frames, ends);
    Position known = kept.putIfAbsent(position, position);
    if (known != null) {
      return known;
    }
    keptBytes += POSITION_BYTES + (long) PLACE_BYTES * n;
    if (keptBytes > MOST_BYTES) {
      // What is in use stays in the hands of its users; it forgets only where it leads to.
      kept.keySet().forEach(each -> each.next = null);
      kept.clear();
      keptBytes = 0;
      generation++;
    }
    return position;
  }

  /**
   * Groups of places with the same frames beneath, as positions that do not know them.
   *
   * @param reach bytes that are looked at from there: what they cannot tell apart is the same
   */
  List<Group> groups(Position position, int reach) {
    List<Group> groups = new ArrayList<>();
    boolean[] done = new boolean[position.states.length];
    for (int i = 0; i < done.length; i++) {
      if (done[i]) {
        continue;
      }
      Frame frame = position.frames[i];
      List<Place> places = new ArrayList<>();
      for (int j = i; j < done.length; j++) {
        if (!done[j] && Frame.same(frame, position.frames[j])) {
          done[j] = true;
          places.add(new Place(alike(position.states[j], reach), null));
        }
      }
      groups.add(new Group(kept(places, false), frame));
    }
    return groups;
  }

  /** A state that so few bytes cannot tell from another. */
  int alike(int state, int reach) {
    return network.isInLoop(state) ? network.loop(state).alike(state, reach) : state;
  }

  /**
   * A part of a position.
   *
   * @param local states without frames
   * @param frame that lies beneath all of them
   */
  record Group(Position local, @Nullable Frame frame) {}
}

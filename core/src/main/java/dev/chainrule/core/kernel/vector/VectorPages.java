package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.kernel.PagedCache;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages of 64 times; those that streams have filled before they were forked are shared. */
final class VectorPages implements PagedCache {
  private static final int TIMES = PageLayout.TIMES;

  /** Keys and values of all heads, shared by so many streams. */
  private static final class Page {
    final MemorySegment memory;
    int holders;

    Page(MemorySegment memory) {
      this.memory = memory;
    }
  }

  private final AttentionShape shape;
  private final PageLayout layout;
  private final List<List<@Nullable Page>> pages = new ArrayList<>();
  private final Deque<Page> free = new ArrayDeque<>();
  private long allocated;

  /** An empty cache. */
  VectorPages(CacheFormat format, AttentionShape shape, int headSize, int streams) {
    this.shape = shape;
    this.layout = new PageLayout(format, headSize);
    for (int s = 0; s < streams; s++) {
      pages.add(new ArrayList<>());
    }
  }

  AttentionShape shape() {
    return shape;
  }

  PageLayout layout() {
    return layout;
  }

  @Override
  public long bytes() {
    return allocated;
  }

  @Override
  public void extend(int stream, int from, int to) {
    List<@Nullable Page> held = pages.get(stream);
    int firstPage = shape.first(from) / TIMES;
    for (int p = Math.min(firstPage, held.size()) - 1; p >= 0 && held.get(p) != null; p--) {
      release(held.set(p, null));
    }
    while ((long) held.size() * TIMES < to) {
      held.add(take());
    }
    // The page that is written on may be another stream's, too.
    int written = from / TIMES;
    Page page = held.get(written);
    if (page != null && page.holders > 1) {
      Page copy = take();
      copy.memory.copyFrom(page.memory);
      release(page);
      held.set(written, copy);
    }
  }

  @Override
  public void reset(int stream) {
    List<@Nullable Page> held = pages.get(stream);
    for (Page page : held) {
      release(page);
    }
    held.clear();
  }

  @Override
  public void truncate(int stream, int to) {
    List<@Nullable Page> held = pages.get(stream);
    // Pages beyond may be another stream's, too, and are not written on.
    while ((long) (held.size() - 1) * TIMES >= to) {
      release(held.removeLast());
    }
  }

  @Override
  public int earliest(int stream) {
    int first = 0;
    for (Page page : pages.get(stream)) {
      if (page != null) {
        break;
      }
      first += TIMES;
    }
    return shape.firstThatSees(first);
  }

  @Override
  public void fork(int from, int to) {
    if (from == to) {
      return;
    }
    reset(to);
    for (Page page : pages.get(from)) {
      if (page != null) {
        page.holders++;
      }
      pages.get(to).add(page);
    }
  }

  @Override
  public void put(int stream, int head, int time, long key, long value) {
    layout.put(head(stream, head, time / TIMES), time % TIMES, key, value);
  }

  @Override
  public void get(int stream, int head, int time, long key, long value) {
    layout.get(head(stream, head, time / TIMES), time % TIMES, key, value);
  }

  /** Where a head's keys and values of a page begin. */
  long head(int stream, int head, int page) {
    Page held = pages.get(stream).get(page);
    if (held == null) {
      throw new IllegalStateException("page %d is no longer seen".formatted(page));
    }
    return held.memory.address() + head * layout.headBytes();
  }

  private Page take() {
    Page page = free.poll();
    if (page == null) {
      long bytes = shape.numKvHeads() * layout.headBytes();
      page = new Page(Memory.allocate(bytes));
      allocated += bytes;
    }
    page.holders = 1;
    return page;
  }

  private void release(@Nullable Page page) {
    if (page != null && --page.holders == 0) {
      free.push(page);
    }
  }
}

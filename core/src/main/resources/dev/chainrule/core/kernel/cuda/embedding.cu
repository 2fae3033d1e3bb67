// Rows of a table by number.
#define GROUP 256

// y [n, c] = table[ids[n]]; count = n c
KERNEL GROUP_SIZE(GROUP) void embedding(
    float* RESTRICT y, const int* RESTRICT ids, const float* RESTRICT table, int c, i64 count) {
  EACH(i, count, GROUP) {
    i64 n = quotient(i, c);
    y[i] = table[(ids[n] - n) * c + i];
  }
}

// Adds dY [n, c] to the rows of the table [v, c] that ids name: a group looks for one row, in a run
// of the n that is its own. With more than one run, out is parts [runs, v, c] and is written.
KERNEL GROUP_SIZE(GROUP) void embedding_backward(
    float* RESTRICT out, int accumulate, const float* RESTRICT dy, const int* RESTRICT ids, int v,
    int c, int n) {
  SHARED int hits[GROUP];
  int run = (n + NUM_GROUPS_Y - 1) / NUM_GROUPS_Y;
  int from = GROUP_ID_Y * run, to = from + run < n ? from + run : n;
  float* row = out + ((i64) GROUP_ID_Y * v + GROUP_ID) * c;
  if (!accumulate)
    for (int i = LOCAL_ID; i < c; i += GROUP) row[i] = 0.0f;
  for (int first = from; first < to; first += GROUP) {
    int at = first + LOCAL_ID;
    int hit = at < to && ids[at] == GROUP_ID;
    if (!BARRIER_OR(hit)) continue;
    hits[LOCAL_ID] = hit;
    BARRIER();
    for (int j = 0; j < GROUP; j++) {
      if (!hits[j]) continue;
      const float* d = dy + (i64) (first + j) * c;
      for (int i = LOCAL_ID; i < c; i += GROUP) row[i] += d[i];
    }
  }
}

// Of many rows, sorted by what row of the table they are for. parts [y, n]: how many of the ids of run y
// come before each in the order of ids, and of places where those are equal
KERNEL GROUP_SIZE(GROUP) void embedding_ranks(int* RESTRICT parts, const int* RESTRICT ids, int n) {
  SHARED int tile[GROUP];
  int run = (n + NUM_GROUPS_Y - 1) / NUM_GROUPS_Y;
  int from = GROUP_ID_Y * run, to = from + run < n ? from + run : n;
  int at = GROUP_ID * GROUP + LOCAL_ID, mine = at < n ? ids[at] : 0, rank = 0;
  for (int first = from; first < to; first += GROUP) {
    BARRIER();
    tile[LOCAL_ID] = first + LOCAL_ID < to ? ids[first + LOCAL_ID] : 0x7fffffff;
    BARRIER();
    for (int j = 0; j < GROUP; j++)
      rank += tile[j] < mine || (tile[j] == mine && first + j < at);
  }
  if (at < n) parts[(i64) GROUP_ID_Y * n + at] = rank;
}

// order [n]: places in that order; sorted [n]: their ids
KERNEL GROUP_SIZE(GROUP) void embedding_order(
    int* RESTRICT order, int* RESTRICT sorted, const int* RESTRICT parts,
    const int* RESTRICT ids, int runs, int n) {
  EACH(i, n, GROUP) {
    int rank = 0;
    for (int r = 0; r < runs; r++) rank += parts[(i64) r * n + i];
    order[rank] = (int) i;
    sorted[rank] = ids[i];
  }
}

#define PIECE 32  // of the order, of a group

// Whether what is sorted goes on from place p - 1 to p
DEVICE int goes_on(const int* sorted, int p, int n) {
  return p > 0 && p < n && sorted[p - 1] == sorted[p];
}

// Adds the sums of ids that lie within a piece to their rows. Of those that it shares with others,
// parts [piece, 2, c] gets that which the piece begins with, and another that it ends with.
KERNEL GROUP_SIZE(GROUP) void embedding_pieces(
    float* RESTRICT table, float* RESTRICT parts, const float* RESTRICT dy,
    const int* RESTRICT order, const int* RESTRICT sorted, int c, int n) {
  int from = GROUP_ID * PIECE, to = from + PIECE < n ? from + PIECE : n;
  for (int i = LOCAL_ID; i < c; i += GROUP) {
    float sum = 0.0f;
    int begun = from;
    for (int p = from; p < to; p++) {
      sum += dy[(i64) order[p] * c + i];
      if (p + 1 < to && goes_on(sorted, p + 1, n)) continue;
      int shared = goes_on(sorted, begun, n) || goes_on(sorted, p + 1, n);
      if (shared) parts[((i64) GROUP_ID * 2 + (begun > from)) * c + i] = sum;
      else table[(i64) sorted[p] * c + i] += sum;
      sum = 0.0f;
      begun = p + 1;
    }
  }
}

// Adds what pieces share to their rows: the group of the piece where it begins
KERNEL GROUP_SIZE(GROUP) void embedding_join(
    float* RESTRICT table, const float* RESTRICT parts, const int* RESTRICT sorted, int c, int n) {
  int from = GROUP_ID * PIECE, end = from + PIECE;
  if (!goes_on(sorted, end, n)) return;
  int id = sorted[end - 1], whole = sorted[from] == id;
  if (whole && goes_on(sorted, from, n)) return;
  for (int i = LOCAL_ID; i < c; i += GROUP) {
    float sum = parts[((i64) GROUP_ID * 2 + !whole) * c + i];
    for (int p = end; p < n && sorted[p] == id; p += PIECE)
      sum += parts[(i64) p / PIECE * 2 * c + i];
    table[(i64) id * c + i] += sum;
  }
}

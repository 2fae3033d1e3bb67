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

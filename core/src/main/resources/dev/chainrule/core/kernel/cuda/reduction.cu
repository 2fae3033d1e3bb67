// Sums over many numbers, in two steps: parts, then the parts in order.
#define GROUP 256
#define COLUMNS 32
#define LANES 8

// out[i] (+)= sum over j below count of x[(i / width * row_step + j * step) * width + i % width],
// i below size. Group y of the grid takes a run of j; with more than one, out is parts [y, size].
KERNEL GROUP_SIZE(GROUP) void column_sums(
    float* RESTRICT out, int accumulate, const float* RESTRICT x, i64 size, i64 width, i64 row_step,
    i64 step, i64 count) {
  SHARED float sums[LANES][COLUMNS + 1];
  int column = LOCAL_ID % COLUMNS, lane = LOCAL_ID / COLUMNS;
  i64 i = (i64) GROUP_ID * COLUMNS + column;
  i64 run = (count + NUM_GROUPS_Y - 1) / NUM_GROUPS_Y;
  i64 from = GROUP_ID_Y * run, to = from + run < count ? from + run : count;
  float s = 0.0f;
  if (i < size) {
    i64 r = quotient(i, width), base = r * row_step * width + i - r * width;
    for (i64 j = from + lane; j < to; j += LANES) s += x[base + j * step * width];
  }
  sums[lane][column] = s;
  BARRIER();
  if (lane == 0 && i < size) {
    for (int l = 1; l < LANES; l++) s += sums[l][column];
    put(out, GROUP_ID_Y * size + i, s, accumulate);
  }
}

// out[i] (+)= the sum over the parts of parts[part, i]
KERNEL GROUP_SIZE(GROUP) void add_parts(
    float* RESTRICT out, int accumulate, const float* RESTRICT parts, i64 stride, int count, i64 n) {
  EACH(i, n, GROUP) {
    float s = 0.0f;
    for (int part = 0; part < count; part++) s += parts[part * stride + i];
    put(out, i, s, accumulate);
  }
}

// parts[group] = the sum of x, or of its squares, over the group's share
KERNEL GROUP_SIZE(GROUP) void sum_parts(
    double* RESTRICT parts, const float* RESTRICT x, int squared, i64 n) {
  SHARED double scratch[GROUP / 32];
  double s = 0.0;
  EACH(i, n, GROUP) s += squared ? (double) x[i] * x[i] : (double) x[i];
  s = group_sum_double(scratch, GROUP / 32, s);
  if (LOCAL_ID == 0) parts[GROUP_ID] = s;
}

// total[0] = the sum of all parts; one group
KERNEL GROUP_SIZE(GROUP) void sum_total(
    double* RESTRICT total, const double* RESTRICT parts, int count) {
  SHARED double scratch[GROUP / 32];
  double s = 0.0;
  for (int i = LOCAL_ID; i < count; i += GROUP) s += parts[i];
  s = group_sum_double(scratch, GROUP / 32, s);
  if (LOCAL_ID == 0) total[0] = s;
}

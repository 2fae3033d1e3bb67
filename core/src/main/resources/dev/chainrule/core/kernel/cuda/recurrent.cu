// One step of recurrent layers, the products apart.
#define GROUP 256

// gates [rows, 4h] in: the sums a; out: i, f, g, o. The cell before row r is row r + shift of
// `before`, zero where that is not one of its `before_rows`.
KERNEL GROUP_SIZE(GROUP) void lstm_cell(
    float* RESTRICT hidden, float* RESTRICT cell, float* RESTRICT gates,
    const float* RESTRICT before, int shift, int before_rows, int h, i64 count) {
  EACH(i, count, GROUP) {
    i64 r = quotient(i, h);
    int u = (int) (i - r * h);
    float* g = gates + r * 4 * h;
    float in = sigmoid(g[u]), forget = sigmoid(g[h + u]);
    float candidate = tanhf(g[2 * h + u]), out = sigmoid(g[3 * h + u]);
    float c = in * candidate;
    if (r + shift >= 0 && r + shift < before_rows) c = FMA(forget, before[(r + shift) * h + u], c);
    g[u] = in;
    g[h + u] = forget;
    g[2 * h + u] = candidate;
    g[3 * h + u] = out;
    cell[i] = c;
    hidden[i] = out * tanhf(c);
  }
}

// gates in: i, f, g, o; out: the gradients of a. dHidden [rows, h] with more of it in `later`, which
// may be null; dCell of these rows, and that of the rows before, which is written: in place if that
// is the same.
KERNEL GROUP_SIZE(GROUP) void lstm_cell_backward(
    float* gates, const float* dhidden, const float* later, const float* dcell, float* dcell_before,
    const float* cell, const float* before, int shift, int before_rows, int h, i64 count) {
  EACH(i, count, GROUP) {
    i64 r = quotient(i, h);
    int u = (int) (i - r * h);
    float* g = gates + r * 4 * h;
    float in = g[u], forget = g[h + u], candidate = g[2 * h + u], out = g[3 * h + u];
    int has = r + shift >= 0 && r + shift < before_rows;
    float c = has && before ? before[(r + shift) * h + u] : 0.0f;
    float dh = dhidden[i] + (later ? later[i] : 0.0f);
    float squashed = tanhf(cell[i]);
    float dc = FMA(dh * out, 1.0f - squashed * squashed, dcell[i]);
    g[u] = dc * candidate * in * (1.0f - in);
    g[h + u] = dc * c * forget * (1.0f - forget);
    g[2 * h + u] = dc * in * (1.0f - candidate * candidate);
    g[3 * h + u] = dh * squashed * out * (1.0f - out);
    if (has) dcell_before[(r + shift) * h + u] = dc * forget;
  }
}

// gates [rows, 4h] in: the sums of n without r q, of r, of z, and q; out: n, r, z, q. before may be
// null: zero.
KERNEL GROUP_SIZE(GROUP) void gru_cell(
    float* RESTRICT hidden, float* RESTRICT gates, const float* RESTRICT before, int h, i64 count) {
  EACH(i, count, GROUP) {
    i64 row = quotient(i, h);
    float* g = gates + row * 4 * h;
    int u = (int) (i - row * h);
    float r = sigmoid(g[h + u]), z = sigmoid(g[2 * h + u]);
    float n = tanhf(FMA(r, g[3 * h + u], g[u]));
    g[u] = n;
    g[h + u] = r;
    g[2 * h + u] = z;
    hidden[i] = FMA(z, before ? before[i] : 0.0f, (1.0f - z) * n);
  }
}

// gates in: n, r, z, q; out: the gradients of what was activated, and of q. carried [rows, h] in:
// the gradient from the step after; out: its part that does not go through the gates.
KERNEL GROUP_SIZE(GROUP) void gru_cell_backward(
    float* RESTRICT gates, float* RESTRICT carried, const float* RESTRICT dhidden,
    const float* RESTRICT before, int h, i64 count) {
  EACH(i, count, GROUP) {
    i64 row = quotient(i, h);
    float* g = gates + row * 4 * h;
    int u = (int) (i - row * h);
    float n = g[u], r = g[h + u], z = g[2 * h + u], q = g[3 * h + u];
    float d = dhidden[i] + carried[i];
    float dn = d * (1.0f - z) * (1.0f - n * n);
    g[u] = dn;
    g[h + u] = dn * q * r * (1.0f - r);
    g[2 * h + u] = d * ((before ? before[i] : 0.0f) - n) * z * (1.0f - z);
    g[3 * h + u] = dn * r;
    carried[i] = d * z;
  }
}

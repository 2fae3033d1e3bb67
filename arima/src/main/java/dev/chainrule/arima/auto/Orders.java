package dev.chainrule.arima.auto;

/** Orders of a candidate without the differences, which one search shares. */
record Orders(int p, int q, int seasonalP, int seasonalQ, boolean constant) {}

/**
 * What knows no arrays: files, random numbers, distributions of one element, forecasts and their
 * metrics. It needs no native library and no flag of the JVM, and neither does {@code arima}, which
 * stands on it alone.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.base;

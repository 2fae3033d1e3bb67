/** What the commands of {@code arima} and {@code timeseries} share: their input, and fan charts. */
@NullMarked
package dev.chainrule.experiments.series;

import org.jspecify.annotations.NullMarked;

/**
 * Many series on a cluster: {@link dev.chainrule.spark.series.SparkForecasts} reads them in blocks,
 * forecasts each as one machine does, and writes what comes out.
 */
@NullMarked
package dev.chainrule.spark.series;

import org.jspecify.annotations.NullMarked;

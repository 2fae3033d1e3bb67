/** Series, their calendars, and the files they come from. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.data;

/**
 * Settings of a network that are chosen by what is known of its series, and by how it forecasts
 * their ends from what was before.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.timeseries.choice;

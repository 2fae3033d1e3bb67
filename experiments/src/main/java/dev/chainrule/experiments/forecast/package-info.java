/** The command that forecasts whatever series it is given. */
@NullMarked
package dev.chainrule.experiments.forecast;

import org.jspecify.annotations.NullMarked;

/** Reports: what runs did, as one page that needs no other file, as figures, tables and events. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.report;

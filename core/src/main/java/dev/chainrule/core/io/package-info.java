/**
 * Files that are either whole or not there: single files and folders that replace their predecessor
 * in one step, and JSON that is read strictly.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.core.io;

/**
 * Files that are either whole or not there: single files and folders that replace their predecessor
 * in one step, JSON that is read strictly, and text as others write it.
 */
@org.jspecify.annotations.NullMarked
package dev.chainrule.base.io;

/** What every module's tests share: the contract of autoregressive models, on every engine. */
package dev.chainrule.core.testkit;

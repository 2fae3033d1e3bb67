/**
 * Language models as chat models of LangChain4j, in the same JVM: {@link
 * dev.chainrule.langchain4j.ChainruleChatModel} and {@link
 * dev.chainrule.langchain4j.ChainruleStreamingChatModel}.
 */
@NullMarked
package dev.chainrule.langchain4j;

import org.jspecify.annotations.NullMarked;

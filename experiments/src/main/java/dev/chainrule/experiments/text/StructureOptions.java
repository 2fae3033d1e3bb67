package dev.chainrule.experiments.text;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.structure.Tools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a continuation must be. */
final class StructureOptions {
  @Option(
      names = "--regex",
      paramLabel = "REGEX",
      description = "Draw a text that a regular expression matches as a whole.")
  @Nullable String regex;

  @Option(names = "--json-schema", paramLabel = "FILE", description = "Draw JSON of a schema.")
  @Nullable Path schema;

  @Option(
      names = "--grammar",
      paramLabel = "FILE",
      description = "Draw a text of a grammar in llama.cpp's notation, GBNF.")
  @Nullable Path grammar;

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description =
          "With --chat: draw a call of one of the functions in a list as OpenAI's API has it.")
  @Nullable Path toolsFile;

  /** Whether more than one is asked for. */
  boolean several() {
    return Stream.of(regex, schema, grammar, toolsFile).filter(Objects::nonNull).count() > 1;
  }

  boolean asked() {
    return regex != null || schema != null || grammar != null || toolsFile != null;
  }

  /** What it must be, but for calls of tools; null if anything. */
  @Nullable Format format() throws IOException {
    if (regex != null) {
      return new Format.Regex(regex, "--regex");
    }
    if (schema != null) {
      return new Format.JsonSchema(Utf8File.read(schema, "JSON"), schema.toString());
    }
    return grammar == null
        ? null
        : new Format.Gbnf(Utf8File.read(grammar, "a grammar"), grammar.toString());
  }

  /** The tools that may be called; null if none. */
  @Nullable Tools tools() throws IOException {
    return toolsFile == null
        ? null
        : Tools.parse(Utf8File.read(toolsFile, "JSON"), toolsFile.toString());
  }
}

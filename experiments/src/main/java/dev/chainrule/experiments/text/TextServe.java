package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.experiments.cli.ByteSize;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.pixelcnn.run.PixelModel;
import dev.chainrule.text.openai.Media;
import dev.chainrule.text.openai.OpenAiServer;
import dev.chainrule.text.openai.ServerConfig;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.serving.Ending;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.ServiceStats;
import dev.chainrule.text.serving.TextService;
import dev.chainrule.wavenet.run.AudioModel;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text serve}. */
@Command(
    name = "serve",
    description =
        "Serve a model over HTTP by the routes of the OpenAI API, with a page to try it, until"
            + " stopped by Ctrl-C or SIGTERM.")
final class TextServe extends Verb {
  private static final String KEY_VARIABLE = "CHAINRULE_API_KEY";
  private static final long LOOK_MILLIS = 100;

  @Mixin TextModelOptions opened = new TextModelOptions();
  @Mixin CacheOptions cache = new CacheOptions();
  @Mixin DraftOptions drafts = new DraftOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Where to listen: this machine alone, unless told (${DEFAULT-VALUE}).")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "0 takes one that is free (default: ${DEFAULT-VALUE}).")
  int port = 8080;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What requests call the model (default: the name of its folder or file).")
  @Nullable String name;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "Holds the key that requests must have (default: the variable "
              + KEY_VARIABLE
              + ", else none).")
  @Nullable Path keyFile;

  @Option(
      names = "--images",
      paramLabel = "MODEL",
      description = "A model of images too, by /v1/images/generations (default: none).")
  @Nullable Path images;

  @Option(
      names = "--audio",
      paramLabel = "MODEL",
      description = "A model of sound too, by /v1/audio/speech (default: none).")
  @Nullable Path audio;

  @Option(names = "--slots", paramLabel = "N", description = "Texts that are drawn at once.")
  int slots = 8;

  @Option(
      names = "--queue",
      paramLabel = "N",
      description = "Texts that may wait; more are refused with 429.")
  int queue = 64;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Most tokens of a text (default: the model's context length).")
  @Nullable Integer context;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "Most tokens of prompts that are read between two tokens of a text.")
  int promptTokens = ServiceConfig.PROMPT_TOKENS;

  @Option(
      names = "--kept-texts",
      paramLabel = "N",
      description = "Ended texts whose keys and values are kept, for prompts that begin alike.")
  int keptTexts = 16;

  @Option(
      names = "--cache-bytes",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Most memory that they take, such as 256MB; 0 keeps none (default: 1GB).")
  long cacheBytes = ServiceConfig.KEPT_BYTES;

  @Option(
      names = "--kept-file",
      paramLabel = "FILE",
      description =
          "Where they are kept when the server stops, and taken up from when it starts (default:"
              + " nowhere).")
  @Nullable Path keptFile;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "Within which a request must be answered.")
  double patience = 600;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      description = "For which texts under way go on when the server is stopped.")
  double grace = 10;

  @Option(
      names = "--max-seconds",
      paramLabel = "SECONDS",
      description = "Stop by itself after this time (default: never).")
  @Nullable Double maxSeconds;

  /** What was served. */
  record Result(
      String url,
      String model,
      long texts,
      long refused,
      long promptTokens,
      long promptTokensReused,
      long generatedTokens,
      long guessedTokens,
      long acceptedTokens) {}

  @Override
  protected Object run() throws Exception {
    ServerConfig config = fromOptions(this::config);
    requireWritable("--kept-file", keptFile, ".kept");
    if (config.key().isEmpty() && !InetAddress.getByName(host).isLoopbackAddress()) {
      Progress.say("everyone who reaches %s may use this server: there is no key".formatted(host));
    }
    try (DraftOptions guesses = drafts;
        TextModel plain = cache.of(opened.open())) {
      TextModel model = guessing(plain, guesses);
      int length = model.network().contextLength();
      if (context != null && context > length) {
        throw badOption("--context", context, "at most the model's context length, " + length);
      }
      ServiceConfig service = fromOptions(() -> service(context == null ? length : context));
      return serve(model, service, config);
    }
  }

  /** What guesses came to is counted with all else. */
  private TextModel guessing(TextModel plain, DraftOptions guesses) throws IOException {
    try {
      return guesses.of(plain, opened.tokenizer, acceptance -> {});
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  private Media media() throws IOException {
    Compute compute = common().compute();
    return new Media(
        images == null ? null : new ServedImages(name(images), PixelModel.open(images).on(compute)),
        audio == null ? null : new ServedAudio(name(audio), AudioModel.open(audio).on(compute)));
  }

  private static String name(Path model) {
    Path file = model.toAbsolutePath().normalize().getFileName();
    return file == null ? "model" : file.toString();
  }

  private ServerConfig config() {
    return new ServerConfig(
        host,
        port,
        name != null ? name : name(opened.model),
        key(),
        ServerConfig.of("any").bodyBytes(),
        seconds("--patience", patience),
        ServerConfig.of("any").stall());
  }

  private Duration seconds(String option, double given) {
    if (!(given > 0 && given <= 1e6)) {
      throw badOption(option, given, "a number above 0 and at most a million");
    }
    return Duration.ofNanos((long) (given * 1e9));
  }

  private Optional<String> key() {
    try {
      String read =
          keyFile == null ? System.getenv(KEY_VARIABLE) : Utf8File.read(keyFile, "a key").strip();
      if (keyFile != null && read.isEmpty()) {
        throw new InputException(keyFile + ": is empty, expected a key");
      }
      return Optional.ofNullable(read).filter(key -> !key.isBlank());
    } catch (IOException e) {
      throw new InputException(
          "%s: cannot be read (%s), expected a key".formatted(keyFile, e.getMessage()), e);
    }
  }

  private ServiceConfig service(int length) {
    return new ServiceConfig(slots, queue, length, promptTokens, keptTexts, cacheBytes);
  }

  private Result serve(TextModel model, ServiceConfig how, ServerConfig config)
      throws IOException, InterruptedException {
    Compute compute = common().compute();
    Media media = media();
    Duration last = seconds("--grace", grace);
    long end =
        maxSeconds == null
            ? Long.MAX_VALUE
            : System.nanoTime() + seconds("--max-seconds", maxSeconds).toNanos();
    try (TextService service = new TextService(model, compute, how);
        OpenAiServer server = new OpenAiServer(service, media, config)) {
      if (keptFile != null) {
        int texts = service.keepIn(keptFile);
        Progress.say("%d texts taken up from %s".formatted(texts, keptFile));
      }
      output().printf("%s serves %s; stop with Ctrl-C%n", server.url(), config.name());
      output().flush();
      while (!stopRequested() && service.isOpen() && System.nanoTime() < end) {
        Thread.sleep(LOOK_MILLIS);
      }
      if (!service.isOpen()) {
        throw new IllegalStateException("the service has ended after a failure");
      }
      server.close(last);
      return result(server.url(), config.name(), service.stats());
    }
  }

  private static Result result(String url, String name, ServiceStats stats) {
    long whole = stats.ended(Ending.STOP) + stats.ended(Ending.LENGTH);
    return new Result(
        url,
        name,
        whole,
        stats.refused(),
        stats.promptTokens(),
        stats.reusedTokens(),
        stats.drawnTokens(),
        stats.guessedTokens(),
        stats.acceptedTokens());
  }
}

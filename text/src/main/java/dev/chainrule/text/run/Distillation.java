package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.text.architecture.MappedModel;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Runs in which a new, smaller model learns another one's distributions over the next token in
 * place of the tokens themselves (Hinton et al. 2015): each token teaches all that the teacher
 * knows there, and the student becomes a draft whose guesses come true more often.
 *
 * @param teacher the folder or file of a model with a tokenizer, which becomes the student's
 */
public record Distillation(Path teacher) {
  /**
   * A run from its first step.
   *
   * @param data file, folder or known name: the texts at whose places distributions are compared
   * @param training the student's network, documents, what is held out, the recipe; its tokens are
   *     the teacher's
   * @param out the folder that gets the student
   */
  public TrainingRun<TokenBatch> begin(String data, TextTraining training, Path out)
      throws IOException {
    TextModel from = TextModel.open(teacher);
    TextRun.Learner<?> student = TextRun.learner(training.network(), from.network().vocabSize());
    return TextRun.begin(data, training, student, from.tokenFiles(), teacher, out);
  }

  /** What a student learns: to be as near to the teacher as it can. */
  static Divergence of(LanguageModel student, Path teacher) throws IOException {
    LanguageModel network = MappedModel.changeable(TextModel.open(teacher).network());
    if (network.vocabSize() != student.vocabSize()) {
      throw new InputException(
          "%s: a teacher of %d tokens, expected the student's %d"
              .formatted(teacher, network.vocabSize(), student.vocabSize()));
    }
    if (network.contextLength() < student.contextLength()) {
      throw new InputException(
          "%s: a teacher with a context of %d tokens, expected at least the student's %d"
              .formatted(teacher, network.contextLength(), student.contextLength()));
    }
    return new Divergence(student, network);
  }
}

package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.serving.TextRequest;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.structure.Structure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The structures that answers were held to last: what one knows of its format serves others. */
final class Structures {
  private static final int MOST = 32;

  private final TextModel model;
  private final Map<Format, Structure> known = new LinkedHashMap<>(16, 0.75f, true);

  Structures(TextModel model) {
    this.model = model;
  }

  /**
   * A request for texts of a form.
   *
   * @param param the field that asks for it
   */
  TextRequest held(TextRequest request, ResponseFormat form, String param) {
    Format format = form.format();
    return format == null ? request : request.withStructure(of(format, param));
  }

  private Structure of(Format format, String param) {
    @Nullable Structure found;
    synchronized (known) {
      found = known.get(format);
    }
    if (found != null) {
      return found;
    }
    try {
      Structure made = model.structure(format);
      synchronized (known) {
        known.put(format, made);
        if (known.size() > MOST) {
          known.remove(known.keySet().iterator().next());
        }
      }
      return made;
    } catch (InputException e) {
      throw ApiError.field(param, null, String.valueOf(e.getMessage()));
    }
  }
}

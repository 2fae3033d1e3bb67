package dev.chainrule.text.template;

/**
 * What a template names and there is none of: it is empty and false, and using it otherwise stops
 * the template.
 *
 * @param name as the template has it
 */
record Undefined(String name) {
  TemplateException refusal() {
    return new TemplateException("uses " + name + ", which is undefined");
  }
}

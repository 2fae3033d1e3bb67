package dev.chainrule.pixelcnn;

/** The shape of a model of images: a record that is stored beside its weights. */
public interface ImageModelConfig {
  /** What its images are like. */
  ImageFormat image();

  /** The family of the conditionals. */
  ImageOutput output();

  /** Classes that it is conditioned on; 0 for none. */
  int numClasses();

  /** Values of the vector that it is conditioned on; 0 for none. */
  default int vectorWidth() {
    return 0;
  }

  /** A model of this shape, its parameters declared. */
  ImageModel model();
}

/** {@code chainrule experiment send}: runs of experiments in MLflow. */
@org.jspecify.annotations.NullMarked
package dev.chainrule.experiments.mlflow;

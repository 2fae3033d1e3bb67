package dev.chainrule.core.kernel;

/**
 * The numbers of one AdamW step (Loshchilov and Hutter 2019), bias corrections worked in:
 *
 * <pre>
 * g = gradientScale * gradient
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g^2
 * p = p - decay * p - stepSize * m / (sqrt(v) * vScale + epsilon)
 * </pre>
 *
 * @param gradientScale what gradients are multiplied with first: clipping, accumulation
 * @param stepSize learning rate / (1 - beta1^t)
 * @param vScale 1 / sqrt(1 - beta2^t)
 * @param decay learning rate * weight decay
 */
public record AdamWStep(
    double gradientScale,
    double beta1,
    double beta2,
    double stepSize,
    double vScale,
    double epsilon,
    double decay) {}

/**
 * The engine on NVIDIA GPUs of compute capability 8.0 and later: the driver, NVRTC and cuBLASLt by
 * the foreign function interface, and kernels that are compiled for the GPU found, at first use.
 *
 * <p>The kernels are resources beside these classes, written in the dialect of {@code dialect.h},
 * so that the tests can run the same text on the processor. A kernel reads and writes device memory
 * only; every {@link dev.chainrule.core.array.Tensor#address} given to the operations is a device
 * pointer. All work of an instance goes to one stream in order, so that memory may be reused as
 * soon as the call that used it has returned.
 */
@NullMarked
package dev.chainrule.core.kernel.cuda;

import org.jspecify.annotations.NullMarked;

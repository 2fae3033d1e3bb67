package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.engine.DeviceException;

/** A call of the driver, of NVRTC or of cuBLASLt that failed; the message is one sentence. */
public final class CudaException extends DeviceException {
  private static final long serialVersionUID = 1L;

  private final int status;

  CudaException(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  /** What the call returned. */
  public int status() {
    return status;
  }

  /**
   * Whether the GPU cannot be used any more by this process: a fault in a kernel, or a GPU lost.
   */
  @Override
  public boolean isFatal() {
    return (status >= 700 && status < 800) || status == 46 || status == 214 || status == 999;
  }
}

package dev.graft.weights;

/** The formats of weights files, told apart by their content. */
public enum WeightsFormat {
  /** Code and tensors of {@code torch.jit.save}; see {@link TorchScriptFile}. */
  TORCHSCRIPT,
  /** A zip with one pickle, of {@code torch.save} since PyTorch 1.6. */
  TORCH_ZIP,
  /** Pickles followed by raw storages, of {@code torch.save} before PyTorch 1.6. */
  TORCH_LEGACY,
  /** A JSON header followed by raw tensors. */
  SAFETENSORS
}

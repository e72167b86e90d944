"""Environments in which PyTorch computes as on three generations of processors: each rounds otherwise."""

INSTRUCTION_SETS = {
    "avx512": {},  # or the best there is
    "avx2": dict(ATEN_CPU_CAPABILITY="avx2", ONEDNN_MAX_CPU_ISA="AVX2", MKL_ENABLE_INSTRUCTIONS="AVX2"),
    "sse4": dict(ATEN_CPU_CAPABILITY="default", ONEDNN_MAX_CPU_ISA="SSE41", MKL_ENABLE_INSTRUCTIONS="SSE4_2"),
}

// The floating-point environment of a run: round to nearest even, subnormals kept, exceptions masked. Every
// architecture then computes the same bits, whatever mode the client has set.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace magik::rt {

// Sets the environment of the calling thread and restores the client's at the end of the scope. A processor without
// floating-point unit has none to set: its library always rounds to nearest.
class ScopedFpEnvironment {
 public:
  ScopedFpEnvironment() : saved_(read()) { write((saved_ & ~kCleared) | kSet); }
  ~ScopedFpEnvironment() { write(saved_); }
  ScopedFpEnvironment(const ScopedFpEnvironment&) = delete;
  ScopedFpEnvironment& operator=(const ScopedFpEnvironment&) = delete;

 private:
#if defined(__x86_64__)
  using Word = uint32_t;
  static constexpr Word kCleared = 0xffff;
  static constexpr Word kSet = 0x1f80;  // MXCSR: all exceptions masked, the rest zero
  static Word read() { return _mm_getcsr(); }
  static void write(Word word) { _mm_setcsr(word); }
#elif defined(__aarch64__)
  using Word = uint64_t;
  static constexpr Word kCleared = 0x7ffff00;  // FPCR: AHP, DN, FZ, RMode, stride, FZ16, length, trap enables
  static constexpr Word kSet = 0;
  static Word read() {
    Word word;
    asm volatile("mrs %0, fpcr" : "=r"(word)::"memory");
    return word;
  }
  static void write(Word word) { asm volatile("msr fpcr, %0" ::"r"(word) : "memory"); }
#elif defined(__arm__) && defined(__ARM_FP)
  using Word = uint32_t;
  static constexpr Word kCleared = 0x7f79f00;  // FPSCR: AHP, DN, FZ, RMode, stride, length, trap enables
  static constexpr Word kSet = 0;
  static Word read() {
    Word word;
    asm volatile("vmrs %0, fpscr" : "=r"(word)::"memory");
    return word;
  }
  static void write(Word word) { asm volatile("vmsr fpscr, %0" ::"r"(word) : "memory"); }
#elif defined(__mips__) && defined(__mips_hard_float)
  using Word = uint32_t;
  static constexpr Word kCleared = 0x1000f83;  // FCSR: flush to zero, exception enables, rounding mode
  static constexpr Word kSet = 0;
  static Word read() {
    Word word;
    asm volatile("cfc1 %0, $31" : "=r"(word)::"memory");
    return word;
  }
  static void write(Word word) { asm volatile("ctc1 %0, $31" ::"r"(word) : "memory"); }
#else
  using Word = uint32_t;
  static constexpr Word kCleared = 0;
  static constexpr Word kSet = 0;
  static Word read() { return 0; }
  static void write(Word) {}
#endif

  Word saved_;
};

}  // namespace magik::rt

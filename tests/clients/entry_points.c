/* A program in C. */
#include "check.h"
#include "common/common_inf_c.h"

int main(void) {
  CHECK(magik_venus_init(0) == 0);
  CHECK(magik_venus_check() == 0);
  CHECK(magik_venus_deinit() == 0);
  CHECK(magik_venus_deinit() != 0); /* once too often */
  printf("entry_points: all values as expected\n");
  return 0;
}

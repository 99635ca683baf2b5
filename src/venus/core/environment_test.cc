#include "venus/core/environment.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

namespace magik::rt {
namespace {

class EnvironmentTest : public testing::Test {
 protected:
  EnvironmentTest() {
    for (const char* name : {"VENUS_ISA", "VENUS_NUM_THREADS"}) {
      if (const char* value = std::getenv(name)) before_[name] = value;
      unsetenv(name);
    }
  }
  ~EnvironmentTest() override {
    for (const char* name : {"VENUS_ISA", "VENUS_NUM_THREADS"}) unsetenv(name);
    for (const auto& variable : before_) setenv(variable.first.c_str(), variable.second.c_str(), 1);
  }

  std::map<std::string, std::string> before_;
};

TEST_F(EnvironmentTest, VariablesChoose) {
  setenv("VENUS_ISA", "reference", 1);
  setenv("VENUS_NUM_THREADS", "3", 1);
  Result<NetworkOptions> options = options_from_environment();
  ASSERT_TRUE(options.ok()) << options.message();
  EXPECT_EQ(options.value().isa, Isa::kReference);
  EXPECT_EQ(options.value().threads, 3);
}

TEST_F(EnvironmentTest, EmptyVariablesAreAsGoodAsNone) {
  setenv("VENUS_ISA", "", 1);
  setenv("VENUS_NUM_THREADS", "", 1);
  Result<NetworkOptions> options = options_from_environment();
  ASSERT_TRUE(options.ok()) << options.message();
  EXPECT_EQ(options.value().isa, best_isa());
  EXPECT_EQ(options.value().threads, 1);
}

TEST_F(EnvironmentTest, WrongValuesAreErrors) {
  setenv("VENUS_ISA", "foo", 1);
  EXPECT_EQ(options_from_environment().message().find("VENUS_ISA: "), 0u);
  setenv("VENUS_ISA", "reference", 1);
  setenv("VENUS_NUM_THREADS", "abc", 1);
  EXPECT_EQ(options_from_environment().message().find("VENUS_NUM_THREADS: "), 0u);
}

TEST_F(EnvironmentTest, WhatIsGivenWinsOverAnyVariable) {
  setenv("VENUS_ISA", "foo", 1);
  setenv("VENUS_NUM_THREADS", "abc", 1);
  Result<NetworkOptions> options = options_from_environment(Isa::kReference, 2);
  ASSERT_TRUE(options.ok()) << options.message();
  EXPECT_EQ(options.value().isa, Isa::kReference);
  EXPECT_EQ(options.value().threads, 2);
}

}  // namespace
}  // namespace magik::rt

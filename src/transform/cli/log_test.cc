#include "transform/cli/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <thread>
#include <vector>

#include "transform/cli/progress.h"

namespace magik::transform {
namespace {

TEST(Log, LineLooksAsTheVendors) {
  const std::string line = log_line(LogLevel::kInfo, "/src/magik_config.cc", 74, "dump_config_json", "text");
  const std::regex expected(
      R"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}: I magik_config\.cc:74-dump_config_json\] text)");
  EXPECT_TRUE(std::regex_match(line, expected)) << line;
}

TEST(Log, WarningsAndErrorsGoToStderr) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  MAGIK_LOG_INFO("value {}", 1);
  MAGIK_LOG_WARNING("value {}", 2);
  MAGIK_LOG_ERROR("value {}", 3);
  const std::string out = testing::internal::GetCapturedStdout(), err = testing::internal::GetCapturedStderr();
  EXPECT_THAT(out, testing::ContainsRegex(": I log_test.cc:[0-9]+-TestBody\\] value 1\n"));
  EXPECT_THAT(err, testing::ContainsRegex(": W log_test.cc:[0-9]+-TestBody\\] value 2\n"));
  EXPECT_THAT(err, testing::ContainsRegex(": E log_test.cc:[0-9]+-TestBody\\] value 3\n"));
}

TEST(Log, StdoutCanBeKeptFree) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  {
    const InformationOnStderr redirected;
    MAGIK_LOG_INFO("value {}", 1);
  }
  MAGIK_LOG_INFO("value {}", 2);
  const std::string out = testing::internal::GetCapturedStdout(), err = testing::internal::GetCapturedStderr();
  EXPECT_THAT(err, testing::EndsWith("value 1\n"));
  EXPECT_THAT(out, testing::EndsWith("value 2\n"));
}

TEST(Progress, PrintsFewLinesIntoAFileAndEndsAtHundred) {
  testing::internal::CaptureStdout();
  {
    Progress progress("run_model", 200);
    for (int i = 0; i < 200; ++i) progress.advance();
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "run_model: 25.00 %\nrun_model: 50.00 %\nrun_model: 75.00 %\nrun_model: 100.00 %\n");
}

TEST(Progress, NothingToDoIsDone) {
  testing::internal::CaptureStdout();
  { Progress progress("run_model", 0); }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "run_model: 100.00 %\n");
}

TEST(Progress, ThreadsCountOnce) {
  testing::internal::CaptureStdout();
  {
    Progress progress("step", 400);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i) progress.advance();
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_THAT(testing::internal::GetCapturedStdout(), testing::EndsWith("step: 75.00 %\nstep: 100.00 %\n"));
}

}  // namespace
}  // namespace magik::transform

// Process-wide services: start-up, the client's mutex, versions, settings.
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "common/common_inf.h"
#include "common/common_inf_c.h"
#include "common/common_utils.h"
#include "venus/api/error.h"
#include "venus/api/loaded_network.h"
#include "venus/api/start_up.h"
#include "venus/core/aligned_memory.h"
#include "venus/core/environment.h"
#include "venus/core/version.h"
#include "venus/flavours/flavour.h"
#include "venus_ext.h"

namespace magik::api {
namespace {

std::atomic<int> initialized{0};  // calls of venus_init() without a venus_deinit()

// A mutex that may be unlocked by another thread than the one that locked it.
struct ClientLock {
  std::mutex mutex;
  std::condition_variable changed;
  bool locked = false;
};

ClientLock& client_lock() {
  static ClientLock lock;
  return lock;
}

}  // namespace

void print_version_once() {
  static std::atomic<bool> printed{false};
  if (printed.exchange(true)) return;
  std::fprintf(stderr, "INFO(magik): venus version:%s built:%s(%s)\n", rt::version_with_revision().c_str(),
               rt::build_date().c_str(), rt::build_platform().c_str());
  const std::string flavour = flavour_name();
  if (flavour != "release") std::fprintf(stderr, "INFO(magik): venus flavour:%s\n", flavour.c_str());
}

}  // namespace magik::api

namespace magik {
namespace venus {

int venus_init(int size) {
  api::print_version_once();
  if (size < 0) return api::report(rt::Status::error("venus_init: the size is %d", size));
  const int result = venus_check();
  if (result == 0) ++api::initialized;
  return result;
}

int venus_deinit(void) {
  for (int count = api::initialized; count > 0;) {
    if (api::initialized.compare_exchange_weak(count, count - 1)) return 0;
  }
  return api::report(rt::Status::error("venus_deinit: more calls than of venus_init()"));
}

// Whether networks can run here as the environment asks for it.
int venus_check() {
  return api::guarded([]() -> rt::Status {
    rt::Result<rt::NetworkOptions> options = rt::options_from_environment();
    return options.ok() ? rt::Status() : options.take_status();
  });
}

int venus_lock() {
  return api::guarded([] {
    api::ClientLock& lock = api::client_lock();
    std::unique_lock<std::mutex> guard(lock.mutex);
    lock.changed.wait(guard, [&] { return !lock.locked; });
    lock.locked = true;
    return rt::Status();
  });
}

int venus_unlock() {
  return api::guarded([]() -> rt::Status {
    api::ClientLock& lock = api::client_lock();
    const std::lock_guard<std::mutex> guard(lock.mutex);
    if (!lock.locked) return rt::Status::error("venus_unlock: it is not locked");
    lock.locked = false;
    lock.changed.notify_one();
    return {};
  });
}

uint32_t venus_get_version_info() { return rt::kVersionNumber; }

uint32_t venus_get_used_mem_size() { return static_cast<uint32_t>(rt::memory_use().now); }

int venus_set_threads(int threads) {
  return api::guarded([&]() -> rt::Status {
    rt::Result<int> checked = rt::thread_count(std::to_string(threads), "venus_set_threads");
    if (!checked.ok()) return checked.take_status();
    api::set_default_threads(threads);
    return {};
  });
}

}  // namespace venus
}  // namespace magik

int magik_venus_init(int size) { return magik::venus::venus_init(size); }
int magik_venus_deinit(void) { return magik::venus::venus_deinit(); }
int magik_venus_check(void) { return magik::venus::venus_check(); }

// BrowserProcess is one Chromium, caged: it has no network, nobody's rights and no home, and dies
// with this object together with everything it started.
//
//   network   none: a network namespace of its own without any interface. What pages ask for comes
//             through DevTools, or not at all. Its own proxy and resolver settings lead nowhere
//             too, for the day that the namespace is switched off (`sandbox = false`).
//   rights    Chromium's own sandbox (user and process namespaces, seccomp) stays on. It does not
//             work for root: then the browser is started as `user`. No new privileges ever.
//   disk      a profile in a temporary directory of its own, removed at the end, or by the next
//             browser if we were killed (a lock tells); files of at most kFileBytesMax; no cores.
//   memory    not here: whoever drives it looks at ProcessGroup::MemoryBytes.
//
// The cage is built by prlimit, setpriv and unshare (util-linux, present on every Debian), each of
// which turns into the next and the last into the browser.
//
// Threads: one at a time. Start and the destructor wait for processes and disk: some 10 ms.
// Errors:  kFailedPrecondition: the machine does not give what the cage needs; says what to do.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crawler/render/process_group.h"
#include "proto/base/status.h"

namespace signboard::render {

inline constexpr uint64_t kFileBytesMax = uint64_t{256} << 20;

struct BrowserOptions {
  std::string program;         // Empty: the first of FindBrowser.
  std::string user = "nobody"; // Whose rights it gets when we are root.
  bool sandbox = true;         // False: no namespaces, and Chromium's --no-sandbox.
  uint64_t heap_bytes_max = uint64_t{256} << 20;  // Of the scripts of one page.
};

// Debian's headless shell, else its whole browser. Empty: neither is installed.
std::string FindBrowser();

class BrowserProcess {
 public:
  // Does the machine give what the cage needs? Tried out, without the browser.
  static Status Check(const BrowserOptions& options);
  static StatusOr<std::unique_ptr<BrowserProcess>> Start(const BrowserOptions& options);
  ~BrowserProcess();
  BrowserProcess(const BrowserProcess&) = delete;
  BrowserProcess& operator=(const BrowserProcess&) = delete;

  // Our end of its DevTools connection, a socket. Once: the caller closes it.
  int TakeSocket();
  const ProcessGroup& group() const { return *group_; }
  // The last line it said on its standard error.
  std::string LastWords() const;

 private:
  BrowserProcess() = default;

  std::string directory_;
  int lock_ = -1;  // Of the directory: it is in use.
  int socket_ = -1;
  std::unique_ptr<ProcessGroup> group_;
};

}  // namespace signboard::render

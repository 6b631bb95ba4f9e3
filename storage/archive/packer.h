// The Packer puts bodies into chains (storage/archive/chains.h) behind the back of Store, which
// keeps each whole: a capture is acknowledged soon, and takes little space a little later.
//
// It goes through the captures that Store has noted as unpacked, oldest URL first within a slot. A
// slot of an archive that was written before there were chains has its captures noted by the packer
// itself, once. A page's reader never waits for it, and never sees it: bodies have the same bytes
// before and after, and in between both places hold them.
//
// Threads: it works on a thread of its own, at the lowest priority and for half of its time. One
//          packer works on a space at a time.
// Errors:  what fails is logged and tried again in a minute; PackAll gives it back.
// Life:    dies before the space.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

class Packer {
 public:
  explicit Packer(kv::Space& space);
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

 private:
  void Work() EXCLUDES_LOCK(mutex_);

  kv::Space& space_;
  base::Mutex mutex_;
  base::CondVar end_;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses the rest.
};

// Packs what there is on the caller's thread, while no Packer does.
Status PackAll(kv::Space& space);

}  // namespace signboard::archive

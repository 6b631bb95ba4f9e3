#include "storage/archive/note_damage.h"

#include "proto/base/log.h"
#include "proto/base/probe.h"

namespace signboard::archive {

Status NoteDamage(Status status) {
  static base::Counter& damaged = base::MakeCounter("signboard_archive_damaged_total",
                                                    "Reads that found damage and gave nothing.");
  if (status.code() == StatusCode::kDataLoss) {
    damaged.Add();
    base::Log(base::kError, "archive.damaged", {{"what", base::Message(status)}});
  }
  return status;
}

}  // namespace signboard::archive

#include "deploy/signboard/import_run.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "proto/base/digest.h"
#include "storage/gateway/words.h"
#include "storage/warc/source.h"

namespace signboard::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr uint64_t kHeldBytesMax = uint64_t{128} << 20;
constexpr int kPassesMax = 8;  // A chain of revisits may be so long.
constexpr Millis kTellEvery{500};
constexpr Millis kNoteEvery{1'000};

}  // namespace

// What Go's threads share. `lock` guards it all; who reads pages or waits holds it not.
struct ImportRun::State {
  ImportOptions options;
  CaptureStore* store = nullptr;
  std::optional<ImportJournal> journal;
  ImportRun* run = nullptr;

  std::mutex lock;
  std::condition_variable freed;
  ImportTally tally;
  ImportPlace place;
  std::unique_ptr<warc::FileSource> source;
  std::optional<WarcGroups> groups;
  std::multiset<uint64_t> in_flight;  // Offsets of records not acknowledged.
  uint64_t held_bytes = 0;
  uint64_t read_to = 0;    // Everything before it was taken.
  uint64_t bytes_before = 0;  // Of the files before this one.
  bool at_end = false;
  Status failed;
  Steady::time_point told, noted;

  Status GoThroughFiles();
  Status OpenFile(size_t number);
  Status GoThroughFile(size_t number);
  void Work();
  std::optional<WarcGroups::Item> Take(std::unique_lock<std::mutex>* held);
  void Bring(Brought brought, std::unique_lock<std::mutex>* held);
  StatusOr<worker::Capture> Read(const Brought& brought);
  StatusOr<v1::StoreReply> Keep(const Brought& brought, worker::Capture* capture);
  void CountStored(const worker::Capture& capture, const v1::StoreReply& reply, bool revisit);
  void TellProblem(uint64_t offset, std::string why);
  void Note(bool now);
  bool IsOfThisPass(const Brought& brought);
};

void ImportRun::State::TellProblem(uint64_t offset, std::string why) {
  if (place.pass > 1) return;  // It was told of in the pass before.
  ++tally.problems;
  if (run->on_problem) run->on_problem({options.files[place.file], offset, std::move(why)});
}

// Where the next import would begin. With the lock.
void ImportRun::State::Note(bool now) {
  const auto clock = Steady::now();
  tally.bytes_done = bytes_before + read_to;
  if (run->on_progress && (now || clock - told >= kTellEvery)) {
    told = clock;
    run->on_progress(tally);
  }
  // What the archive acknowledged last says later that it is the same one.
  if (!journal || options.dry_run || place.last_id.empty()) return;
  if (!now && clock - noted < kNoteEvery) return;
  noted = clock;
  place.offset = in_flight.empty() ? read_to : *in_flight.begin();
  place.problems = tally.problems;
  // An import that cannot be resumed is one all the same.
  journal->Write(place).IgnoreError();
}

bool ImportRun::State::IsOfThisPass(const Brought& brought) {
  const bool revisit = IsRevisit(brought);
  if (place.pass == 0 && revisit) place.revisits = true;
  return revisit == (place.pass > 0);
}

// The next record that is one of this pass's; none: the file has ended, or something failed.
std::optional<WarcGroups::Item> ImportRun::State::Take(std::unique_lock<std::mutex>* held) {
  while (failed.ok() && !at_end) {
    freed.wait(*held, [this] {
      return held_bytes < kHeldBytesMax || in_flight.empty() || at_end || !failed.ok();
    });
    if (!failed.ok() || at_end) break;
    auto item = groups->Next();
    if (!item.ok()) {
      failed = item.status();
      break;
    }
    if (item->kind == WarcGroups::Item::kEnd) {
      at_end = true;
      break;
    }
    read_to = std::max(read_to, item->offset);
    Note(false);
    const bool first_pass = place.pass == 0;
    if (item->kind == WarcGroups::Item::kProblem && first_pass)
      TellProblem(item->offset, std::move(item->why));
    if (item->kind == WarcGroups::Item::kLeftAside && first_pass) ++tally.left_aside[item->why];
    if (item->kind != WarcGroups::Item::kCapture || !IsOfThisPass(item->brought)) continue;
    const auto& request = item->brought.request;
    const bool other_method = request && !request->first.starts_with("GET ");
    if (!other_method) return std::move(*item);
    if (first_pass) ++tally.left_aside["method other than GET"];
  }
  freed.notify_all();
  return std::nullopt;
}

StatusOr<worker::Capture> ImportRun::State::Read(const Brought& brought) {
  if (!IsRevisit(brought) || options.dry_run)
    return ReadBrought(brought, nullptr, options.bringing);
  ASSIGN_OR_RETURN(const Original original, store->FindOriginal(brought));
  return ReadBrought(brought, &original, options.bringing);
}

StatusOr<v1::StoreReply> ImportRun::State::Keep(const Brought& brought,
                                                worker::Capture* capture) {
  if (options.dry_run) return v1::StoreReply();
  auto stored = store->Store(capture);
  if (stored.status().code() != StatusCode::kInvalidArgument) return stored;
  // Its record id may be another's: then the content is its id.
  const std::string id = IdOfContent(brought);
  if (id == capture->header.snapshot().capture_id()) return stored;
  capture->header.mutable_snapshot()->set_capture_id(id);
  auto again = store->Store(capture);
  return again.status().code() == StatusCode::kInvalidArgument ? stored : again;
}

void ImportRun::State::CountStored(const worker::Capture& capture, const v1::StoreReply& reply,
                                   bool revisit) {
  place.last_id = reply.snapshot_id();
  // What a pass before this one stored is counted.
  if (place.pass > 1 && reply.known_capture()) return;
  ++(reply.known_capture() ? tally.known : tally.captures);
  if (revisit) ++tally.revisits;
  ++tally.outcomes[gateway::OutcomeWord(capture.header.snapshot().outcome())];
  tally.findings += static_cast<uint64_t>(capture.header.findings_size());
  tally.announcements += static_cast<uint64_t>(
      std::count_if(capture.header.findings().begin(), capture.header.findings().end(),
                    [](const v1::Finding& finding) { return finding.is_announcement(); }));
}

void ImportRun::State::Bring(Brought brought, std::unique_lock<std::mutex>* held) {
  const uint64_t offset = brought.offset;
  const uint64_t bytes = brought.block.size();
  const bool revisit = IsRevisit(brought);
  in_flight.insert(offset);
  held_bytes += bytes;
  held->unlock();
  auto capture = Read(brought);
  auto stored = capture.ok() ? Keep(brought, &*capture) : capture.status();
  held->lock();
  held_bytes -= bytes;
  in_flight.erase(in_flight.find(offset));
  freed.notify_all();
  if (stored.ok()) return CountStored(*capture, *stored, revisit);
  const StatusCode code = stored.status().code();
  const bool of_record = code == StatusCode::kInvalidArgument || code == StatusCode::kDataLoss;
  if (revisit && code == StatusCode::kNotFound) {
    ++tally.unresolved;
  } else if (of_record) {
    TellProblem(offset, std::string(base::Message(stored.status())));
  } else if (failed.ok()) {
    in_flight.insert(offset);  // The next import begins with it.
    failed = stored.status();
  }
}

void ImportRun::State::Work() {
  std::unique_lock<std::mutex> held(lock);
  while (auto item = Take(&held)) Bring(std::move(item->brought), &held);
}

Status ImportRun::State::OpenFile(size_t number) {
  const std::string& path = options.files[number];
  if (path == "-") {
    if (source != nullptr && options.files.size() == 1) return OkStatus();
    ASSIGN_OR_RETURN(source, warc::FileSource::OfStandardInput());
  } else {
    ASSIGN_OR_RETURN(source, warc::FileSource::Open(path));
  }
  return OkStatus();
}

Status ImportRun::State::GoThroughFile(size_t number) {
  RETURN_IF_ERROR(OpenFile(number));
  const uint64_t from = number == place.file ? place.offset : 0;
  place.file = number;
  place.offset = read_to = from;
  groups.emplace(*source, from);
  at_end = false;
  std::vector<std::thread> threads;
  for (int i = 1; i < options.threads; ++i) threads.emplace_back([this] { Work(); });
  Work();
  for (std::thread& thread : threads) thread.join();
  if (failed.ok()) read_to = source->size();
  Note(true);
  bytes_before += source->size();
  return failed;
}

Status ImportRun::State::GoThroughFiles() {
  bytes_before = 0;
  tally.pass = place.pass;
  const size_t first = place.file;
  for (size_t number = first; number < options.files.size(); ++number)
    RETURN_IF_ERROR(GoThroughFile(number));
  return OkStatus();
}

ImportRun::ImportRun(ImportOptions options, CaptureStore* store, const std::string& server)
    : state_(std::make_unique<State>()) {
  const bool has_stdin =
      std::find(options.files.begin(), options.files.end(), "-") != options.files.end();
  if (!has_stdin) state_->journal.emplace(options.files, server);
  state_->options = std::move(options);
  state_->store = store;
  state_->run = this;
}

ImportRun::~ImportRun() = default;

const ImportTally& ImportRun::tally() const { return state_->tally; }

Status ImportRun::Go() {
  State& state = *state_;
  // Every file is there before the first is begun.
  for (const std::string& file : state.options.files) {
    if (file == "-") continue;
    ASSIGN_OR_RETURN(const auto opened, warc::FileSource::Open(file));
    state.tally.bytes_all += opened->size();
  }
  if (state.journal && !state.options.anew && !state.options.dry_run) {
    const auto place = state.journal->Read();
    // An archive that was emptied since has none of what the journal says it has.
    const bool holds = place && !place->last_id.empty() && place->file < state.options.files.size();
    const auto kept = holds ? state.store->Has(place->last_id) : StatusOr<bool>(false);
    if (!kept.ok()) return kept.status();
    if (*kept) {
      state.place = *place;
      state.tally.problems = place->problems;
      if (on_resume) on_resume(*place);
    }
  }
  uint64_t unresolved_before = UINT64_MAX;
  while (true) {
    RETURN_IF_ERROR(state.GoThroughFiles());
    const bool first = state.place.pass == 0;
    const bool again = first ? state.place.revisits && !state.options.dry_run
                             : state.tally.unresolved > 0 &&
                                   state.tally.unresolved < unresolved_before;
    if (!again || state.place.pass == kPassesMax) break;
    unresolved_before = first ? UINT64_MAX : state.tally.unresolved;
    state.tally.unresolved = 0;
    ++state.place.pass;
    state.place.file = 0;
    state.place.offset = 0;
  }
  if (state.journal) state.journal->Remove();
  return OkStatus();
}

}  // namespace signboard::cli

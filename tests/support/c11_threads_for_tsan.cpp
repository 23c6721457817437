// librdkafka starts its threads by C11's thrd_create and waits by mtx_* and cnd_*, which ThreadSanitizer does
// not intercept: it crashes at the first such thread, or sees races where locks are held. These definitions
// stand in the test binary, before libc's, and pass everything on to pthread, which it knows. Linked into
// TSan builds only. glibc's C11 types are its pthread types under another name, which the assertions hold it
// to.
#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <memory>

static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t) && alignof(mtx_t) >= alignof(pthread_mutex_t));
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t) && alignof(cnd_t) >= alignof(pthread_cond_t));

namespace {

struct Start {
  thrd_start_t function;
  void* argument;
};

void* run(void* opaque) {
  const std::unique_ptr<Start> start(static_cast<Start*>(opaque));
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(start->function(start->argument)));
}

int result(int error) {
  if (error == 0) return thrd_success;
  if (error == ETIMEDOUT) return thrd_timedout;
  if (error == EBUSY) return thrd_busy;
  return error == ENOMEM ? thrd_nomem : thrd_error;
}

pthread_mutex_t* mutex(mtx_t* m) {
  return reinterpret_cast<pthread_mutex_t*>(m);
}
pthread_cond_t* condition(cnd_t* c) {
  return reinterpret_cast<pthread_cond_t*>(c);
}

}  // namespace

// Our targets hide their symbols; librdkafka must find these.
#pragma GCC visibility push(default)
extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  auto start = std::make_unique<Start>(Start{function, argument});
  const int error = pthread_create(thread, nullptr, run, start.get());
  if (error == 0) start.release();
  return result(error);
}

int thrd_join(thrd_t thread, int* code) {
  void* value = nullptr;
  const int error = pthread_join(thread, &value);
  if (code != nullptr) *code = static_cast<int>(reinterpret_cast<std::intptr_t>(value));
  return result(error);
}

int mtx_init(mtx_t* m, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  if ((type & mtx_recursive) != 0) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  const int error = pthread_mutex_init(mutex(m), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return result(error);
}
void mtx_destroy(mtx_t* m) {
  pthread_mutex_destroy(mutex(m));
}
int mtx_lock(mtx_t* m) {
  return result(pthread_mutex_lock(mutex(m)));
}
int mtx_trylock(mtx_t* m) {
  return result(pthread_mutex_trylock(mutex(m)));
}
int mtx_unlock(mtx_t* m) {
  return result(pthread_mutex_unlock(mutex(m)));
}

int cnd_init(cnd_t* c) {
  return result(pthread_cond_init(condition(c), nullptr));
}
void cnd_destroy(cnd_t* c) {
  pthread_cond_destroy(condition(c));
}
int cnd_signal(cnd_t* c) {
  return result(pthread_cond_signal(condition(c)));
}
int cnd_broadcast(cnd_t* c) {
  return result(pthread_cond_broadcast(condition(c)));
}
int cnd_wait(cnd_t* c, mtx_t* m) {
  return result(pthread_cond_wait(condition(c), mutex(m)));
}
int cnd_timedwait(cnd_t* c, mtx_t* m, const timespec* until) {
  return result(pthread_cond_timedwait(condition(c), mutex(m), until));
}

}  // extern "C"
#pragma GCC visibility pop

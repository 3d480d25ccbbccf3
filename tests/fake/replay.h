/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h: a recorded exchange served once more: whoever asks exactly so, gets exactly that, in
 * whichever order; anything else is 599 and remembered. `(secret)` in a recording stands for the
 * secret. In a thread of its own on 127.0.0.1; for tests only, so what goes wrong here aborts.
 */
#ifndef OPINIA_TESTS_FAKE_REPLAY_H
#define OPINIA_TESTS_FAKE_REPLAY_H

#include <stddef.h>

struct replay;

struct replay *replay_open(const char *file);
void replay_close(struct replay *r);
const char *replay_url(const struct replay *r);
/* How many recorded requests nobody has made; recordings of shapes only do not count. */
size_t replay_left(struct replay *r);
/* The requests that are not recorded, a line each; "" where all are. Until replay_close(). */
const char *replay_strange(struct replay *r);

#endif

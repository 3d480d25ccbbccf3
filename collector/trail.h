/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trail.h: what adapters for folders share that others put files into and perhaps never clear:
 * new files by the time they came (ctime: a copy may keep the time of its bytes, be it of last
 * year or of the next), the oldest first. Remembered are the newest time seen and the files
 * done within a minute of it; what is forgotten is given out again, which harms nothing.
 * A file that makes no sense is left alone while it may still be written, then set aside. The
 * first member of the adapters' own structs.
 */
#ifndef OPINIA_COLLECTOR_TRAIL_H
#define OPINIA_COLLECTOR_TRAIL_H

#include "collector/adapter.h"
#include "collector/aside.h"
#include "collector/keys.h"

enum {
	TRAIL_FILE_MAX = 8 << 20,
	TRAIL_LIST = 2048, /* files of one look */
	TRAIL_DONE = 1000, /* files remembered by name */
	TRAIL_OVERLAP_MS = 60000,
	TRAIL_YOUNG_MS = 10000,
	TRAIL_ROOM = 32, /* records of one file at most */
};

struct trail_file {
	char *name;
	int64_t changed_ms, came_ms;
	uint64_t hash; /* of name, came_ms and size */
};

struct trail {
	struct source base;
	const struct source_settings *settings;
	const struct collect_env *env;
	const char *dir;
	bool (*wanted)(const struct trail *t, struct sv name);
	enum channel channel;
	struct keys keys;
	struct aside aside;
	struct arena arena; /* of one file */
	struct buf bytes, last;
	struct trail_file *list;
	size_t count, next;
	int64_t high_ms;
	bool running;	 /* a run goes from the oldest to the newest, once */
	int64_t here_ms; /* the last one of this run */
	char here[256];
	uint64_t done[TRAIL_DONE]; /* a ring */
	size_t done_at;
	struct sv batch_source, origin;
};

/* @dir lives as long as the settings. Afterwards trail_release(). */
int trail_init(struct trail *t, const struct adapter *adapter,
	       const struct source_config *config, const char *dir, struct err *err);
void trail_release(struct trail *t);

/* Makes records of one file. *why (msgid): it makes none, set it aside. */
struct trail_work {
	int (*take)(struct trail *t, const struct trail_file *file, struct sv bytes,
		    struct batch *out, const char **why, struct err *err);
};
int trail_pull(struct trail *t, const struct trail_work *work, struct sv cursor,
	       struct batch *out, struct err *err);

/* A record that was added last: keep it, or take it away and say why. */
int trail_keep(struct trail *t, struct batch *out, struct record *r, const char **why,
	       struct err *err);

int trail_test(struct source *s, struct source_steps *steps, struct err *err);

#endif

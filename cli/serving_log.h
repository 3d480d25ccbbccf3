/* SPDX-License-Identifier: Apache-2.0 */
/* serving_log.h: lines of the log of `serve`; those of calls that ended together are written together. */
#ifndef OPINIA_CLI_SERVING_LOG_H
#define OPINIA_CLI_SERVING_LOG_H

#include "cli/serving.h"
#include "core/when.h"

enum { SERVING_LINE_MAX = 1200 };

struct serving_lines {
	char p[SERVING_LINE_MAX + 16 * 1024];
	size_t n;
	char now[WHEN_TEXT_MAX]; /* as text, of the millisecond @at */
	int64_t at;
};

/* What is said of a call that is over. */
struct serving_told {
	const char *source;
	int status;
	uint64_t added, revised, unchanged, aside;
	bool again;
	int64_t us;
	const char *why; /* "": nothing to say */
};

bool serving_in_journal(void);
void serving_lines_init(struct serving_lines *l);
/* One more line; as serving_log(). They are written when there are many. */
void serving_line(struct serving_lines *l, const struct serving *s, int level,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The same for a call, without the detour of printf: there may be ten thousand a second. */
void serving_tell(struct serving_lines *l, const struct serving *s, int level,
		  const struct serving_told *told);
void serving_write(struct serving_lines *l);

#endif

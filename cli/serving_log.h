/* SPDX-License-Identifier: Apache-2.0 */
/* serving_log.h: lines of the log of `serve`; those of calls that ended together are written together. */
#ifndef OPINIA_CLI_SERVING_LOG_H
#define OPINIA_CLI_SERVING_LOG_H

#include "cli/serving.h"

enum { SERVING_LINE_MAX = 1200 };

struct serving_lines {
	char p[SERVING_LINE_MAX + 16 * 1024];
	size_t n;
};

bool serving_in_journal(void);
/* One more line; as serving_log(). They are written when there are many. */
void serving_line(struct serving_lines *l, const struct serving *s, int level,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void serving_write(struct serving_lines *l);

#endif

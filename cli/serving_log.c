/* SPDX-License-Identifier: Apache-2.0 */
/* serving_log.c: see serving_log.h. */
#include "cli/serving_log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is standard error the journal? JOURNAL_STREAM names its device and inode. */
bool serving_in_journal(void)
{
	const char *said = getenv("JOURNAL_STREAM");
	struct stat st;
	char own[64];

	if (!said || fstat(STDERR_FILENO, &st))
		return false;
	snprintf(own, sizeof(own), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	return strcmp(own, said) == 0;
}

void serving_write(struct serving_lines *l)
{
	if (l->n && write(STDERR_FILENO, l->p, l->n) < 0)
		l->n = 0; /* nobody listens */
	l->n = 0;
}

__attribute__((format(printf, 4, 0))) static void lines_add(struct serving_lines *l,
							    const struct serving *s,
							    int level, const char *fmt,
							    va_list ap)
{
	char *line = l->p + l->n;
	int n;

	if (s->journal) {
		n = snprintf(line, SERVING_LINE_MAX, "<%d>", level);
	} else {
		when_format(when_now(), line);
		n = (int)strlen(line);
		line[n++] = ' ';
	}
	n += vsnprintf(line + n, (size_t)(SERVING_LINE_MAX - n - 1), fmt, ap);
	if (n > SERVING_LINE_MAX - 2)
		n = SERVING_LINE_MAX - 2;
	line[n++] = '\n';
	l->n += (size_t)n;
	if (l->n > sizeof(l->p) - SERVING_LINE_MAX)
		serving_write(l);
}

void serving_line(struct serving_lines *l, const struct serving *s, int level,
		  const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	lines_add(l, s, level, fmt, ap);
	va_end(ap);
}

void serving_log(const struct serving *s, int level, const char *fmt, ...)
{
	struct serving_lines l;
	va_list ap;

	l.n = 0;
	va_start(ap, fmt);
	lines_add(&l, s, level, fmt, ap);
	va_end(ap);
	serving_write(&l);
}

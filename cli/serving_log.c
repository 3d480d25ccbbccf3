/* SPDX-License-Identifier: Apache-2.0 */
/* serving_log.c: see serving_log.h. */
#include "cli/serving_log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One that is being written into the lines. */
struct serving_line {
	char *p;
	size_t n;
};

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

void serving_lines_init(struct serving_lines *l)
{
	l->n = 0;
	l->at = INT64_MIN;
}

void serving_write(struct serving_lines *l)
{
	if (l->n && write(STDERR_FILENO, l->p, l->n) < 0)
		l->n = 0; /* nobody listens */
	l->n = 0;
}

/* ---- a line ------------------------------------------------------------------------------- */

/* What does not fit is left out; a byte is spared for the line's end. */
static void put(struct serving_line *line, const char *p, size_t n)
{
	size_t room = SERVING_LINE_MAX - 1 - line->n;

	n = n < room ? n : room;
	memcpy(line->p + line->n, p, n);
	line->n += n;
}

static void put_text(struct serving_line *line, const char *z)
{
	put(line, z, strlen(z));
}

static void put_number(struct serving_line *line, const char *before, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	put_text(line, before);
	put(line, digits + at, sizeof(digits) - at);
}

static struct serving_line begin(struct serving_lines *l, const struct serving *s,
				 int level)
{
	struct serving_line line = { .p = l->p + l->n };
	int64_t now = s->journal ? 0 : when_now();

	if (s->journal) {
		put_number(&line, "<", (uint64_t)level);
		put(&line, ">", 1);
		return line;
	}
	if (now != l->at)
		when_format(now, l->now);
	l->at = now;
	put_text(&line, l->now);
	put(&line, " ", 1);
	return line;
}

static void end(struct serving_lines *l, struct serving_line *line)
{
	line->p[line->n++] = '\n';
	l->n += line->n;
	if (l->n > sizeof(l->p) - SERVING_LINE_MAX)
		serving_write(l);
}

__attribute__((format(printf, 4, 0))) static void lines_add(struct serving_lines *l,
							    const struct serving *s,
							    int level, const char *fmt,
							    va_list ap)
{
	struct serving_line line = begin(l, s, level);
	char text[SERVING_LINE_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	put_text(&line, text);
	end(l, &line);
}

void serving_tell(struct serving_lines *l, const struct serving *s, int level,
		  const struct serving_told *told)
{
	struct serving_line line = begin(l, s, level);
	bool stranger = told->status == 404; /* whose words stay out of the log */

	put_text(&line, stranger ? "-" : told->source);
	put_number(&line, " ", (uint64_t)told->status);
	if (!stranger) {
		put_number(&line, " new ", told->added);
		put_number(&line, " revised ", told->revised);
		put_number(&line, " unchanged ", told->unchanged);
		put_number(&line, " set aside ", told->aside);
		put_text(&line, told->again ? " again" : "");
	}
	put_number(&line, " ", (uint64_t)told->us);
	put_text(&line, " us");
	if (!stranger && told->why[0]) {
		put_text(&line, ": ");
		put_text(&line, told->why);
	}
	end(l, &line);
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

	serving_lines_init(&l);
	va_start(ap, fmt);
	lines_add(&l, s, level, fmt, ap);
	va_end(ap);
	serving_write(&l);
}

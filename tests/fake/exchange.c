/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.c: see exchange.h. Cut in place: each piece ends where the next one begins. */
#include "tests/fake/exchange.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wrong(const char *path, const char *why)
{
	fprintf(stderr, "%s: %s\n", path, why);
	abort();
}

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	size_t n;

	if (!f || !text)
		wrong(path, "cannot be read");
	n = fread(text, 1, (1 << 20) - 1, f);
	fclose(f);
	if (!n)
		wrong(path, "is empty");
	return text;
}

/* Take the line at *p away; NULL behind the end. */
static char *take_line(char **p)
{
	char *line = *p, *end = strchr(line, '\n');

	if (!*line)
		return NULL;
	if (end)
		*end = 0;
	*p = end ? end + 1 : line + strlen(line);
	return line;
}

/* Headers up to an empty line, then a body up to a line that begins with @mark, or the end. */
static void take_part(char **p, const char *mark, const char **fields, const char **body)
{
	char *end = **p == '\n' ? *p : strstr(*p, "\n\n"), *start, *next;

	*fields = *p;
	*body = "";
	if (!end) {
		*p += strlen(*p);
		return;
	}
	start = end == *p ? end + 1 : end + 2;
	*end = 0;
	/* The line end before the mark may be the one that ends the headers. */
	start[-1] = '\n';
	next = strstr(start - 1, mark);
	*body = next == start - 1 ? "" : start;
	*p = next ? next + 1 : start + strlen(start);
	if (start - 1 == end)
		*fields = "";
	if (next)
		*next = 0;
}

/* "GET /path HTTP/1.1" */
static bool take_request(char *line, struct exchange *e)
{
	char *target = strchr(line, ' '), *end = target ? strchr(target + 1, ' ') : NULL;

	if (!end)
		return false;
	*target = *end = 0;
	e->method = line;
	e->target = target + 1;
	return true;
}

void exchange_read(struct exchange_file *f, const char *path)
{
	char *p = f->text = slurp(path), *line;

	f->count = 0;
	while ((line = take_line(&p))) {
		struct exchange *e = &f->at[f->count];

		if (!*line || *line == '#')
			continue;
		if (f->count++ == EXCHANGES_MAX)
			wrong(path, "too many exchanges");
		if (!take_request(line, e))
			wrong(path, "a request line is wanted");
		take_part(&p, "\nHTTP/1.1 ", &e->fields, &e->body);
		line = take_line(&p);
		if (!line || sscanf(line, "HTTP/1.1 %d", &e->status) != 1)
			wrong(path, "a request without an answer");
		take_part(&p, "\n### ", &e->answer_fields, &e->answer);
	}
	if (!f->count)
		wrong(path, "has no exchange");
}

void exchange_free(struct exchange_file *f)
{
	free(f->text);
	f->text = NULL;
	f->count = 0;
}

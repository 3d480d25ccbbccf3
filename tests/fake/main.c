/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: a desk as a program, for scripts: `fake-desk VENDOR EXCHANGES` prints its address and
 * answers until its standard input ends. POST /_control takes the lines of desk_control.c;
 * standard error gets the log.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fake/desk.h"

int main(int argc, char **argv)
{
	struct desk *d;
	char *log;

	if (argc != 3 || !desk_speaks(argv[1])) {
		fprintf(stderr, "usage: fake-desk VENDOR FOLDER-OF-EXCHANGES\n");
		return 2;
	}
	d = desk_open(argv[1], argv[2]);
	printf("%s\n", desk_url(d));
	fflush(stdout);
	while (getchar() != EOF)
		;
	log = desk_log(d);
	fputs(log, stderr);
	free(log);
	desk_close(d);
	return 0;
}

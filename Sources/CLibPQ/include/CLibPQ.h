#ifndef CLIBPQ_H
#define CLIBPQ_H

/* Loads libpq, once for the process; 0 where it is not installed. */
int clibpq_load(void);

#endif

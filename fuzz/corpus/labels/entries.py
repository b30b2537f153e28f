0: 'oak',
1: 'red maple',

//! Sets that can be joined: union-find by size, with path halving (Tarjan and van Leeuwen 1984).

/// The numbers from 0 up to a count, each in one set; at first, each in a set of its own.
#[derive(Debug)]
pub(super) struct DisjointSets {
    /// For each number, a member nearer to the representative of its set, which is its own parent.
    parents: Vec<u32>,
    /// The number of members of each set, stored at its representative.
    sizes: Vec<u32>,
}

impl DisjointSets {
    /// Puts each of `count` numbers in a set of its own.
    ///
    /// # Panics
    /// If `count` is above four billion.
    pub(super) fn new(count: usize) -> Self {
        let count = u32::try_from(count).expect("at most four billion vectors");
        Self { parents: (0..count).collect(), sizes: vec![1; count as usize] }
    }

    pub(super) fn are_joined(&mut self, a: usize, b: usize) -> bool {
        self.root(a) == self.root(b)
    }

    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (small, large) = if self.sizes[a] < self.sizes[b] { (a, b) } else { (b, a) };
        self.parents[small] = large as u32;
        self.sizes[large] += self.sizes[small];
    }

    /// Sets of two or more members, ordered by their first member; members are in ascending order.
    pub(super) fn into_groups(mut self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut group_of_root = vec![u32::MAX; self.parents.len()];
        for member in 0..self.parents.len() {
            let root = self.root(member);
            if self.sizes[root] == 1 {
                continue;
            }
            if group_of_root[root] == u32::MAX {
                group_of_root[root] = groups.len() as u32;
                groups.push(Vec::with_capacity(self.sizes[root] as usize));
            }
            groups[group_of_root[root] as usize].push(member);
        }
        groups
    }

    fn root(&mut self, mut member: usize) -> usize {
        while self.parents[member] as usize != member {
            self.parents[member] = self.parents[self.parents[member] as usize];
            member = self.parents[member] as usize;
        }
        member
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_joined_in_any_order() {
        let mut sets = DisjointSets::new(7);
        for (a, b) in [(5, 2), (1, 6), (6, 2), (3, 0), (3, 0), (0, 3)] {
            sets.join(a, b);
        }
        assert!(sets.are_joined(5, 1) && sets.are_joined(0, 3));
        assert!(!sets.are_joined(0, 1) && !sets.are_joined(4, 5));
        assert_eq!(sets.into_groups(), [vec![0, 3], vec![1, 2, 5, 6]]);
        assert_eq!(DisjointSets::new(0).into_groups(), Vec::<Vec<usize>>::new());
    }
}

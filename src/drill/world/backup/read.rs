//! From the file of the backups to vaults, plans and courses: keys become the resources that they name.

use jiff::Timestamp;

use super::{Backups, Course, Plan, Policy, Stray, Target, Vault};
use crate::drill::{
    script::{Account, backups as file},
    world::{
        Ids,
        instance::{Instance, Volume},
        shift,
    },
};

/// What names are looked up in while the file is read.
struct Inventory<'a> {
    file: &'a file::Backups,
    account: &'a Account,
    instances: &'a [Instance],
    volumes: &'a [Volume],
    windows: &'a dyn Fn(&Instance) -> bool,
}

impl Backups {
    /// As its file says.
    pub(crate) fn build(
        file: file::Backups,
        account: &Account,
        instances: &[Instance],
        volumes: &[Volume],
        windows: &dyn Fn(&Instance) -> bool,
        ids: Ids,
        origin: Timestamp,
    ) -> Result<Self, String> {
        // Schedules are in whole minutes.
        let origin = shift(origin, -origin.as_second().rem_euclid(60));
        let inventory = Inventory { file: &file, account, instances, volumes, windows };
        let vaults: Vec<Vault> = file.vault.iter().map(|one| inventory.vault(one, ids, origin)).collect();
        let mut plans = Vec::new();
        for plan in &file.plan {
            plans.push(inventory.plan(plan, ids, origin)?);
        }
        let mut courses: Vec<Course> = Vec::new();
        for course in &file.course {
            courses.push(inventory.course(course, &vaults, &plans)?);
        }
        for index in 0..courses.len() {
            let wanted = courses.get(index).and_then(|course| course.file.member_of.clone());
            let Some(wanted) = wanted else { continue };
            let parent = courses.iter().position(|other| other.file.of == wanted);
            let parent = parent.ok_or_else(|| format!("a course is a member of {wanted}, which has none"))?;
            if let Some(course) = courses.get_mut(index) {
                course.parent = Some(parent);
            }
        }
        let mut strays = Vec::new();
        for stray in &file.stray {
            strays.push(inventory.stray(stray, &vaults)?);
        }
        let policy = |policy: &file::Policy| {
            let region = policy.region.clone().unwrap_or_else(|| account.region.clone());
            Policy {
                id: ids.of("policy", &policy.key),
                created: shift(origin, -policy.age.0),
                changed: shift(origin, -policy.changed.0),
                region,
                file: policy.clone(),
            }
        };
        let policies = file.policy.iter().map(policy).collect();
        for name in file.snapshot.iter().filter_map(|snapshot| snapshot.volume.as_ref()) {
            inventory.volume(name).ok_or_else(|| format!("a snapshot is of {name}, which is not there"))?;
        }
        Ok(Self {
            ids,
            origin,
            account: account.id.clone(),
            vaults,
            plans,
            courses,
            strays,
            policies,
            opt_in: file.opt_in,
            hand_made: file.snapshot,
        })
    }
}

impl Inventory<'_> {
    fn region(&self, region: Option<&String>) -> String {
        region.unwrap_or(&self.account.region).clone()
    }

    fn arn(&self, rest: &str, region: &str) -> String {
        format!("arn:aws:{}", rest.replace("{region}", region).replace("{account}", &self.account.id))
    }

    fn volume(&self, name: &str) -> Option<usize> {
        self.volumes.iter().position(|volume| volume.tag("Name") == Some(name))
    }

    /// The target of a key.
    fn target(&self, key: &str) -> Result<Target, String> {
        if let Some(found) = self.file.resource.iter().find(|resource| resource.key == key) {
            let region = self.region(found.region.as_ref());
            return Ok(Target {
                kind: found.kind.clone(),
                arn: self.arn(&found.arn, &region),
                name: Some(found.name.clone()),
                region,
                size: found.size,
                volumes: Vec::new(),
                windows: false,
            });
        }
        if let Some(instance) = self.instances.iter().find(|instance| instance.key == key) {
            let of = |id: &String| self.volumes.iter().position(|volume| volume.id == *id);
            let volumes: Vec<usize> = instance.volumes.iter().filter_map(|(id, _)| of(id)).collect();
            let size = volumes.iter().filter_map(|index| self.volumes.get(*index)).map(|volume| volume.size);
            return Ok(Target {
                kind: "EC2".to_owned(),
                arn: self
                    .arn(&format!("ec2:{{region}}:{{account}}:instance/{}", instance.id), &instance.region),
                name: instance.tag("Name").map(str::to_owned),
                region: instance.region.clone(),
                size: size.sum(),
                volumes,
                windows: (self.windows)(instance),
            });
        }
        let index = self.volume(key).ok_or_else(|| format!("there is nothing named {key} to back up"))?;
        let volume = self.volumes.get(index).ok_or("no such volume")?;
        Ok(Target {
            kind: "EBS".to_owned(),
            arn: self.arn(&format!("ec2:{{region}}:{{account}}:volume/{}", volume.id), volume.region()),
            name: volume.tag("Name").map(str::to_owned),
            region: volume.region().to_owned(),
            size: volume.size,
            volumes: vec![index],
            windows: false,
        })
    }

    fn vault(&self, vault: &file::Vault, ids: Ids, origin: Timestamp) -> Vault {
        let region = self.region(vault.region.as_ref());
        let key = ids.uuid(&format!("key/{region}/{}", vault.name));
        Vault {
            arn: self.arn(&format!("backup:{{region}}:{{account}}:backup-vault:{}", vault.name), &region),
            key: (!vault.unencrypted)
                .then(|| self.arn(&format!("kms:{{region}}:{{account}}:key/{key}"), &region)),
            created: shift(origin, -vault.age.0),
            locked_at: vault.locked_at.map(|at| shift(origin, at.0)),
            region,
            file: vault.clone(),
        }
    }

    fn plan(&self, plan: &file::Plan, ids: Ids, origin: Timestamp) -> Result<Plan, String> {
        let region = self.region(plan.region.as_ref());
        let id = ids.uuid(&format!("plan/{region}/{}", plan.name));
        let mut selections = Vec::new();
        for selection in &plan.selection {
            let arns: Result<Vec<String>, String> =
                selection.resources.iter().map(|key| Ok(self.target(key)?.arn)).collect();
            selections.push((ids.uuid(&format!("selection/{id}/{}", selection.name)), arns?));
        }
        let rule = |rule: &file::Rule| ids.uuid(&format!("rule/{id}/{}", rule.name));
        Ok(Plan {
            arn: self.arn(&format!("backup:{{region}}:{{account}}:backup-plan:{id}"), &region),
            version: ids.uuid(&format!("version/{id}")).replace('-', ""),
            created: shift(origin, -plan.age.0),
            deleted: plan.deleted.map(|age| shift(origin, -age.0)),
            rules: plan.rule.iter().map(rule).collect(),
            selections,
            region,
            id,
            file: plan.clone(),
        })
    }

    fn course(&self, course: &file::Course, vaults: &[Vault], plans: &[Plan]) -> Result<Course, String> {
        let target = self.target(&course.of)?;
        let missing = || format!("the course of {} names no rule or vault that is there", course.of);
        let by = match course.rule.as_deref().and_then(|rule| rule.split_once('/')) {
            None => None,
            Some((plan, rule)) => {
                let plan = plans.iter().position(|one| one.file.name == plan).ok_or_else(missing)?;
                let rules = plans.get(plan).map(|one| one.file.rule.as_slice()).unwrap_or_default();
                Some((plan, rules.iter().position(|one| one.name == rule).ok_or_else(missing)?))
            }
        };
        let rule = by.and_then(|(plan, rule)| plans.get(plan)?.file.rule.get(rule));
        let vault = rule.map(|rule| &rule.vault).or(course.vault.as_ref()).ok_or_else(missing)?;
        let vault = vaults.iter().position(|one| one.file.name == *vault && one.region == target.region);
        let keep = rule.map(|rule| rule.keep).or(course.keep).ok_or_else(missing)?;
        Ok(Course { target, by, vault: vault.ok_or_else(missing)?, parent: None, keep, file: course.clone() })
    }

    fn stray(&self, stray: &file::Stray, vaults: &[Vault]) -> Result<Stray, String> {
        let region = self.region(stray.region.as_ref());
        let vault = vaults.iter().position(|one| one.file.name == stray.vault && one.region == region);
        let vault = vault.ok_or_else(|| format!("{}: there is no vault {}", stray.key, stray.vault))?;
        let (resource, name) = match stray.of.as_deref() {
            None => (None, None),
            Some(gone) if gone.contains(':') => (Some(self.arn(gone, &region)), None),
            Some(key) => {
                let target = self.target(key)?;
                (Some(target.arn), target.name)
            }
        };
        Ok(Stray { file: stray.clone(), vault, resource, name })
    }
}

//! From fleets to instances: identifiers, addresses, reservations and volumes, all grown from the seed.

use jiff::Timestamp;

use super::{
    Ids,
    instance::{Image, Instance, Volume},
    shift,
};
use crate::drill::{
    rng,
    script::{
        Backups, Beat,
        account::{Account, Fleet, Subnet},
    },
};

/// All instances and their volumes, in the order of the file.
pub(crate) fn build(
    file: &Account,
    images: &[Image],
    beats: &[&Beat],
    ids: Ids,
    origin: Timestamp,
) -> Result<(Vec<Instance>, Vec<Volume>), String> {
    let mut builder = Builder { file, images, ids, origin, instances: Vec::new(), volumes: Vec::new() };
    for fleet in &file.fleet {
        let first = fleet.first.unwrap_or(1);
        for n in first..first + fleet.count.unwrap_or(1) {
            builder.add(fleet, n)?;
        }
    }
    for beat in beats {
        for effect in &beat.instance {
            let found = builder.instances.iter_mut().find(|instance| instance.key == effect.instance);
            let instance = found.ok_or_else(|| format!("there is no instance {}", effect.instance))?;
            instance.effects.push((beat.at.0, effect.clone()));
            instance.effects.sort_by_key(|(at, _)| *at);
        }
    }
    Ok((builder.instances, builder.volumes))
}

/// What timelines tell of volumes, which they name by their tag.
pub(crate) fn strike(volumes: &mut [Volume], beats: &[&Beat]) -> Result<(), String> {
    for beat in beats {
        for effect in &beat.volume {
            let found = volumes.iter_mut().find(|volume| volume.tag("Name") == Some(&effect.volume));
            let volume = found.ok_or_else(|| format!("there is no volume {}", effect.volume))?;
            volume.effects.push((beat.at.0, effect.clone()));
            volume.effects.sort_by_key(|(at, _)| *at);
        }
    }
    Ok(())
}

/// Gives volumes the tags that the file of the backups has for them, and takes the key from those it calls unencrypted.
pub(crate) fn dress(volumes: &mut [Volume], file: &Backups) -> Result<(), String> {
    fn named<'a>(volumes: &'a mut [Volume], name: &str) -> Result<&'a mut Volume, String> {
        let found = volumes.iter_mut().find(|volume| volume.tag("Name") == Some(name));
        found.ok_or_else(|| format!("there is no volume {name}"))
    }
    for more in &file.volume_tags {
        for name in &more.volumes {
            let volume = named(volumes, name)?;
            volume.tags.extend(more.tags.iter().map(|(key, value)| (key.clone(), value.clone())));
            volume.tags.sort();
        }
    }
    for name in &file.unencrypted_volumes {
        named(volumes, name)?.encrypted = false;
    }
    Ok(())
}

struct Builder<'a> {
    file: &'a Account,
    images: &'a [Image],
    ids: Ids,
    origin: Timestamp,
    instances: Vec<Instance>,
    volumes: Vec<Volume>,
}

impl Builder<'_> {
    fn add(&mut self, fleet: &Fleet, n: u32) -> Result<(), String> {
        let key = if fleet.count.is_some() { format!("{}-{n}", fleet.key) } else { fleet.key.clone() };
        let subnet = self.subnet(fleet, n)?;
        let image = self.images.iter().position(|image| image.key == fleet.image);
        let image = image.ok_or_else(|| format!("{}: there is no image {}", fleet.key, fleet.image))?;
        let nth = i64::from(n - fleet.first.unwrap_or(1));
        let launched = shift(self.origin, nth * fleet.stagger.0 - fleet.age.0);
        let id = self.ids.of("i", &key);
        let seed = rng::text(self.ids.seed, &id);
        let mut groups = Vec::new();
        for group in &fleet.groups {
            if !self.file.security_groups.contains_key(group) {
                return Err(format!("{}: there is no security group {group}", fleet.key));
            }
            groups.push((self.ids.of("sg", &format!("{}/{group}", subnet.vpc)), group.clone()));
        }
        let host = 20
            + self
                .instances
                .iter()
                .filter(|other| other.subnet == self.ids.of("subnet", &subnet.key))
                .count();
        let reservation = if fleet.together { fleet.key.clone() } else { key.clone() };
        let instance = Instance {
            fleet: fleet.key.clone(),
            region: fleet.region.clone().unwrap_or_else(|| self.file.region.clone()),
            kind: fleet.kind.clone(),
            image,
            az: subnet.az.clone(),
            subnet: self.ids.of("subnet", &subnet.key),
            vpc: self.ids.of("vpc", &subnet.vpc),
            groups,
            private_ip: format!("{}.{host}", subnet.net),
            public_ip: fleet.public.then(|| public_address(seed)),
            elastic: fleet.elastic,
            tags: tags(fleet, &key, n, self.ids),
            profile: fleet.profile.as_ref().map(|name| {
                let id = rng::hex(rng::text(self.ids.seed, name), 16).to_uppercase();
                (format!("arn:aws:iam::{}:instance-profile/{name}", self.file.id), format!("AIPA{id}"))
            }),
            key_pair: fleet.key_pair.clone(),
            spot: fleet.spot.then(|| format!("sir-{}", rng::hex(seed ^ 1, 8))),
            detailed: fleet.detailed,
            reservation: self.ids.of("r", &reservation),
            requester: fleet.asg.as_ref().map(|_| "940372691376".to_owned()),
            launch_index: if fleet.together { nth } else { 0 },
            launched,
            volumes: self.volumes_of(fleet, &key, launched),
            interface: self.ids.of("eni", &key),
            mac: mac(seed),
            cpu: fleet.cpu,
            memory: fleet.memory,
            disk: fleet.disk,
            state: fleet.state.clone().unwrap_or_else(|| "running".to_owned()),
            left: fleet.state.as_ref().map(|_| shift(self.origin, -fleet.left.0)),
            reason: fleet.reason.clone(),
            effects: Vec::new(),
            key,
            id,
        };
        self.instances.push(instance);
        Ok(())
    }

    fn subnet(&self, fleet: &Fleet, n: u32) -> Result<Subnet, String> {
        let turn = usize::try_from(n - 1).unwrap_or(0).checked_rem(fleet.subnets.len());
        let name = turn
            .and_then(|turn| fleet.subnets.get(turn))
            .ok_or_else(|| format!("{}: no subnet", fleet.key))?;
        let found = self.file.subnet.iter().find(|subnet| subnet.key == *name).cloned();
        found.ok_or_else(|| format!("{}: there is no subnet {name}", fleet.key))
    }

    fn volumes_of(&mut self, fleet: &Fleet, key: &str, created: Timestamp) -> Vec<(String, String)> {
        // A terminated instance has taken its volumes with it.
        if fleet.state.as_deref() == Some("terminated") {
            return Vec::new();
        }
        let mut attached = Vec::new();
        for (nth, (size, letter)) in fleet.volumes.iter().zip('a'..='z').enumerate() {
            let device = if nth == 0 { "/dev/xvda".to_owned() } else { format!("/dev/sd{letter}") };
            let name = if nth == 0 { format!("{key}-root") } else { format!("{key}-data-{nth}") };
            let id = self.ids.of("vol", &name);
            self.volumes.push(Volume {
                id: id.clone(),
                az: self.subnet_az(fleet, key),
                size: *size,
                created,
                snapshot: (nth == 0).then(|| self.ids.of("snap", &fleet.image)),
                encrypted: true,
                attached: Some((self.instances.len(), device.clone())),
                effects: Vec::new(),
                tags: vec![("Name".to_owned(), name)],
            });
            attached.push((id, device));
        }
        attached
    }

    fn subnet_az(&self, fleet: &Fleet, key: &str) -> String {
        let n = key.rsplit_once('-').and_then(|(_, n)| n.parse().ok()).filter(|_| fleet.count.is_some());
        self.subnet(fleet, n.unwrap_or(1)).map(|subnet| subnet.az).unwrap_or_default()
    }
}

fn tags(fleet: &Fleet, key: &str, n: u32, ids: Ids) -> Vec<(String, String)> {
    let mut tags: Vec<(String, String)> = fleet.tags.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    let name = fleet.name.as_ref().map_or_else(|| key.to_owned(), |name| name.replace("{n}", &n.to_string()));
    if !name.is_empty() {
        tags.push(("Name".to_owned(), name));
    }
    if let Some(asg) = &fleet.asg {
        tags.push(("aws:autoscaling:groupName".to_owned(), asg.clone()));
        // Groups launch from templates, and EC2 says so.
        tags.push(("aws:ec2launchtemplate:id".to_owned(), ids.of("lt", &fleet.key)));
        if !fleet.tags.contains_key("aws:ec2launchtemplate:version") {
            tags.push(("aws:ec2launchtemplate:version".to_owned(), "12".to_owned()));
        }
    }
    tags.sort();
    tags
}

/// An address of the documentation ranges (RFC 5737), which nobody has.
fn public_address(seed: u64) -> String {
    let host = rng::mix(seed ^ 2) % 254 + 1;
    if seed.is_multiple_of(2) { format!("203.0.113.{host}") } else { format!("198.51.100.{host}") }
}

fn mac(seed: u64) -> String {
    let digits = rng::hex(seed ^ 3, 10);
    let pairs: Vec<String> =
        digits.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
    format!("02:{}", pairs.join(":"))
}

// Volumes of one instance are encrypted all, or somebody forgot one.
package main

import (
	"encoding/json"
	"fmt"

	"example-go/muster"
)

const about = `{
  "title": "Some volumes of an instance are encrypted and others are not",
  "category": "security",
  "severity": "high",
  "grouping": "scope",
  "needs": [{"kind": "ec2.volume"}],
  "risk": "Whoever set up the instance wanted its disks encrypted, and one of them is not.",
  "remediation": {"text": "Copy a snapshot of the volume with encryption, and attach a volume made of the copy in its place."}
}`

type volume struct {
	Encrypted   bool
	Attachments []struct {
		InstanceID string `json:"InstanceId"`
	}
}

func evaluate(_ string, _ uint64, batch []muster.Document) ([]muster.Finding, error) {
	volumes := make([]volume, len(batch))
	encrypted := map[string]bool{}
	for i, document := range batch {
		if err := json.Unmarshal([]byte(document.Body), &volumes[i]); err != nil {
			return nil, err
		}
		for _, attached := range volumes[i].Attachments {
			encrypted[attached.InstanceID] = encrypted[attached.InstanceID] || volumes[i].Encrypted
		}
	}
	found := []muster.Finding{}
	for i, document := range batch {
		for _, attached := range volumes[i].Attachments[:min(1, len(volumes[i].Attachments))] {
			finding := muster.Finding{Subject: document.Key, Verdict: "pass"}
			if !volumes[i].Encrypted && encrypted[attached.InstanceID] {
				finding.Verdict = "fail"
				finding.Message = fmt.Sprintf("not encrypted, another volume of %s is", attached.InstanceID)
				finding.Evidence = muster.Evidence(map[string]any{"Encrypted": false, "InstanceId": attached.InstanceID})
			}
			found = append(found, finding)
		}
	}
	return found, nil
}

func init() {
	muster.Rules = map[string]muster.Rule{"half-encrypted": {About: about, Evaluate: evaluate}}
}

func main() {}
